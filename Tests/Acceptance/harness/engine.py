"""Which engine the servers under test keep their data on: `TEST_STORE` is `sqlite`, which is usual, or `postgresql`."""
import atexit
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from .postgresql import PostgreSQL

ENGINE = os.environ.get("TEST_STORE", "sqlite")
IS_EMBEDDED = ENGINE == "sqlite"
assert ENGINE in ("sqlite", "postgresql"), f"TEST_STORE must be sqlite or postgresql, not {ENGINE}"


@cache
def postgresql() -> PostgreSQL:
    """The server that all installations share."""
    server = PostgreSQL().start()
    atexit.register(server.stop)
    return server


def new_databases() -> dict[str, str]:
    """Settings that give an installation databases of its own; none for embedded files."""
    return {} if IS_EMBEDDED else postgresql().databases()


def stored_contents(data: Path) -> dict[str, bytes]:
    """What every file holds that an installation has stored, by name; files that a running server removes meanwhile are gone for anybody."""
    files = [path for path in data.rglob("*") if path.is_file()]
    if not IS_EMBEDDED:
        postgresql().ask("CHECKPOINT")
        files += [path for path in postgresql().folder.rglob("*") if path.is_file() and path.name not in ("password", "log")]
    contents = {}
    for path in files:
        with suppress(FileNotFoundError):
            contents[str(path)] = path.read_bytes()
    return contents
