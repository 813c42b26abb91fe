"""Marks of tests."""
import pytest

from .engine import ENGINE, IS_EMBEDDED, IS_SPLIT

embedded_only = pytest.mark.skipif(not IS_EMBEDDED, reason="about the files of the embedded store")
shared_store_only = pytest.mark.skipif(ENGINE != "postgresql", reason="about whole servers that share a database server")
one_process_only = pytest.mark.skipif(IS_SPLIT, reason="about a single process")
split_only = pytest.mark.skipif(not IS_SPLIT, reason="about services in processes of their own")
