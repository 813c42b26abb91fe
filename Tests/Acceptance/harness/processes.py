"""Looks at the processes of this machine, which is also the machine behind every target."""
import os
from pathlib import Path


def pids_with(marker: str) -> list[int]:
    """The processes in whose command line the marker stands, ourselves excepted."""
    return [pid for pid in _pids() if pid != os.getpid() and marker.encode() in _read(pid, "cmdline")]


def exposures(secret: str, *, except_pids: set[int]) -> list[str]:
    """The processes that show the secret in their command line or environment."""
    found, needle = [], secret.encode()
    for pid in _pids():
        if pid not in except_pids:
            found += [f"/proc/{pid}/{part}" for part in ("cmdline", "environ") if needle in _read(pid, part)]
    return found


def children(parent: int) -> list[int]:
    """The processes that a process has started and that still are its own."""
    return [pid for pid in _pids() if _read(pid, "stat").rpartition(b")")[2].split()[1:2] == [str(parent).encode()]]


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _read(pid: int, part: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{part}").read_bytes()
    except OSError:
        return b""
