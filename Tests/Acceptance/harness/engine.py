"""What the product under test runs on. `TEST_STORE` is `sqlite`, one process on embedded databases, which is usual; `postgresql`, one process
on database servers; or `split`, every service in a process of its own behind nginx."""
import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from .front_door import make_certificate
from .postgresql import PostgreSQL

ENGINE = os.environ.get("TEST_STORE", "sqlite")
IS_EMBEDDED = ENGINE == "sqlite"
IS_SPLIT = ENGINE == "split"
assert ENGINE in ("sqlite", "postgresql", "split"), f"TEST_STORE must be sqlite, postgresql or split, not {ENGINE}"


@cache
def postgresql() -> PostgreSQL:
    """The server that all installations share."""
    server = PostgreSQL().start()
    atexit.register(server.stop)
    return server


def new_databases() -> dict[str, str]:
    """Settings that give an installation databases of its own; none for embedded files."""
    return {} if IS_EMBEDDED else postgresql().databases()


@cache
def certificate() -> tuple[Path, Path]:
    """The certificate of all front doors and its key; every client of these tests trusts it from now on."""
    folder = Path(tempfile.mkdtemp(prefix="certificate-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = make_certificate(folder, "127.0.0.1")
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "OPSCONDUCTOR_CA_FILE"):
        os.environ[variable] = str(made[0])
    return made


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
