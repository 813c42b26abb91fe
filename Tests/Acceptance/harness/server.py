"""The product under test: one process with everything, or with `TEST_STORE=split` the whole picture behind nginx."""
from pathlib import Path

from .engine import IS_SPLIT, new_databases
from .paths import WEB_ROOT
from .picture import Picture
from .process import Process


class OneProcess(Process):
    """Everything in one process with its own data directory."""

    def __init__(self, folder: Path, *, data: Path | None = None, port: int | None = None, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = data or folder / "data"
        super().__init__(
            folder / "server.log",
            {"DATA_DIR": str(self.data), "SECRET_KEY_FILE": str(folder / "secret.key"), "WEB_ROOT": str(WEB_ROOT), **new_databases(),
             **settings},
            port=port)


Server = Picture if IS_SPLIT else OneProcess
