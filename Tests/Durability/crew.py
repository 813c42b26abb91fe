"""Workers that tests kill, stop and cut off: each a process whose name in the tables is known."""
import os
import re
import signal
import time
from pathlib import Path
from typing import Self

from gate import Gate
from harness.picture import Picture
from harness.waiting import until

NAME = re.compile(r"The worker is ready.*?worker=([\w.-]+)|worker=([\w.-]+).*?The worker is ready")


class Hand:
    """A worker behind a gate. Each of its lives has a log and a name of its own."""

    def __init__(self, picture: Picture, folder: Path, number: int, gate: Gate) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.process = picture.part("worker")
        self.process.settings |= {"LOG_LEVEL": "info", "DRAIN_SECONDS": "20"}
        self.process.settings["EXECUTION_SERVICE_URL"] = gate.address
        self.gate, self.folder, self.number, self.lives, self.name = gate, folder, number, 0, ""

    def start(self) -> Self:
        """Begins a new life."""
        self.lives += 1
        self.process.log_file = self.folder / f"worker-{self.number}-{self.lives}.log"
        self.process.start()
        found = until(lambda: NAME.search(self.process.log), 10, "the name of a worker in its log")
        self.name = found[1] or found[2]
        return self

    def kill(self) -> float:
        """Ends it as a power cut would; returns when."""
        os.kill(self.process.pid, signal.SIGKILL)
        at = time.time()
        self.process.process.wait()
        return at

    def pause(self) -> float:
        """Stops it; returns when."""
        os.kill(self.process.pid, signal.SIGSTOP)
        return time.time()

    def resume(self) -> float:
        """Lets it go on; returns when."""
        os.kill(self.process.pid, signal.SIGCONT)
        return time.time()

    def stop(self) -> None:
        """Asks it to end."""
        self.process.stop()
