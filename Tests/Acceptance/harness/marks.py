"""Marks of tests."""
import pytest

from .engine import IS_EMBEDDED

embedded_only = pytest.mark.skipif(not IS_EMBEDDED, reason="about the files of the embedded store")
shared_store_only = pytest.mark.skipif(IS_EMBEDDED, reason="about servers that share a database server")
