"""CPU time, memory and noise, read from /proc: CPU time stays meaningful on a busy machine where wall time does not."""
import ctypes
import os
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Makes processes that detach from our children ours, so that their CPU time is counted."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> list[int]:
    """The living child processes of a process. It looks at nothing else: with hundreds of sessions open, reading all of /proc takes
    tens of milliseconds of the CPU time that is being measured."""
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        return found
    return found


def tree(roots: Iterable[int]) -> set[int]:
    """The living processes at and below the roots."""
    found: set[int] = set()
    waiting = [root for root in roots if Path(f"/proc/{root}").exists()]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children(pid)
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU seconds so far of the processes at and below the roots, their reaped children included."""
    ticks = 0
    for pid in tree(roots):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


def memory_kb(roots: Iterable[int]) -> int:
    """Proportional resident memory of the processes at and below the roots, in kB; shared pages count once."""
    total = 0
    for pid in tree(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def busy_seconds() -> float:
    """CPU seconds that the whole machine was busy since boot."""
    values = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    return (sum(values) - values[3] - values[4]) / TICKS


@dataclass
class Sample:
    """One measured span."""

    wall: float
    cpu: float
    peak_kb: int
    noise: float
    text: str = ""
    extra: dict[str, float] = field(default_factory=dict)


class Span:
    """Measures from its making to `end`: wall time, CPU and peak memory of some processes, and what others took meanwhile."""

    def __init__(self, roots: list[int], bystanders: list[int]) -> None:
        self.roots, self.known = roots, {*roots, *bystanders, os.getpid()}
        self.peak_kb = 0
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        self._cpu = cpu_seconds(roots)
        self._known = cpu_seconds(self.known)
        self._busy, self._start = busy_seconds(), time.monotonic()

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            self.peak_kb = max(self.peak_kb, memory_kb(self.roots))

    def end(self) -> Sample:
        """The result."""
        wall = time.monotonic() - self._start
        busy = busy_seconds() - self._busy
        counted = cpu_seconds(self.known) - self._known
        self._ended.set()
        self._watcher.join()
        cpu = cpu_seconds(self.roots) - self._cpu
        return Sample(wall, cpu, max(self.peak_kb, memory_kb(self.roots)), max(0.0, busy - counted) / max(wall, 1e-6))


def run_client(command: list[str | Path], bystanders: list[int], environment: dict[str, str] | None = None,
               keep_daemons: bool = False) -> Sample:
    """Runs a peer's client to its end; its CPU includes everything that it started, also what detached."""
    before = {os.getpid(), *bystanders, *children(os.getpid())}

    def started() -> set[int]:
        return tree(set(children(os.getpid())) - before)

    children_before = os.times().children_user + os.times().children_system
    busy, start, peak = busy_seconds(), time.monotonic(), 0
    bystander_cpu = cpu_seconds(bystanders)
    client = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})})
    lines: list[bytes] = []
    reader = threading.Thread(target=lambda: lines.extend(client.stdout or []), daemon=True)
    reader.start()
    while True:
        try:
            client.wait(0.25)
            break
        except subprocess.TimeoutExpired:
            peak = max(peak, memory_kb(started()))
    wall = time.monotonic() - start
    left = started()
    cpu = cpu_seconds(left) if keep_daemons else 0.0
    if not keep_daemons:
        end_processes(left)
    cpu += os.times().children_user + os.times().children_system - children_before
    reader.join(5)
    others = cpu + cpu_seconds(bystanders) - bystander_cpu
    return Sample(wall, cpu, peak, max(0.0, busy_seconds() - busy - others) / wall, b"".join(lines).decode(errors="replace"))


def end_processes(pids: set[int]) -> None:
    """Ends processes that we started and reaps them."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids:
            try:
                os.kill(pid, signal_number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + 5
        while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
            reap()
            time.sleep(0.02)
    reap()


def reap() -> None:
    """Takes note of the end of adopted processes; their CPU time is then counted as our children's."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values: list[float], part: float) -> float:
    """The value below which `part` (0...1) of all values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits for something outside."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.01)
