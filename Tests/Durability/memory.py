"""How much memory processes take, looked at again and again."""
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self


class Peaks:
    """The most memory that each of some processes had for itself (PSS, in MB) while the block ran."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self.pids, self.most = dict(pids), dict.fromkeys(pids, 0.0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def __str__(self) -> str:
        return ", ".join(f"{name} {most:.0f} MB" for name, most in self.most.items())

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self._look()

    def _look(self) -> None:
        for name, pid in self.pids.items():
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                found = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                self.most[name] = max(self.most[name], found / 1000)
