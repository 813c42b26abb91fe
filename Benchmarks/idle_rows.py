"""Start and rest: time until it serves, memory when nothing happens, and Prefect's way from a run's creation to its start."""
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from context import PEER_PYTHON, PEERS, PREFECT_PYTHON, Context, require
from harness.server import Server
from harness.waiting import accepts, free_port
from live_rows import first_line_figure, first_line_milliseconds
from measuring import end_processes, memory_kb, percentile, tree, wait_for
from results import Figure, Row, compare

REST_SECONDS = 10


def answers(url: str) -> bool:
    """Whether somebody answers there with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def ready_and_first_line(context: Context) -> tuple[list[Row], list[Figure]]:
    """Boot and start latency against Prefect."""
    ours_ready, ours_first, ready, first = [], [], [], []
    all_times: list[float] = []
    with context.ours(targets=1) as server:
        for number in range(context.runs):
            context.say(f"boot and first line, run {number + 1} of {context.runs}")
            server.server.stop()
            begin = time.monotonic()
            server.server.start()
            ours_ready.append(time.monotonic() - begin)
            times = first_line_milliseconds(server)
            all_times += times
            ours_first.append(percentile(times, 0.99))
            boot, started = prefect(context)
            ready.append(boot)
            first.append(started * 1000)
    rows = [
        compare(
            "live.first_line_p99", "from the start request to the first line at the client (p99) against run created to run started",
            "ms", "Prefect 3 (server and one serve process)", ours_first, first, higher_is_better=False, samples=[]),
        compare(
            "idle.ready_s", "from starting the process to the first good answer", "s", "Prefect 3 server", ours_ready, ready,
            higher_is_better=False, samples=[]),
    ]
    return rows, [first_line_figure(all_times)]


def prefect(context: Context) -> tuple[float, float]:
    """Seconds of a Prefect server's boot, and from creating a run to its start."""
    home, port = tempfile.mkdtemp(dir=context.folder), free_port()
    environment = {
        **os.environ, "PREFECT_HOME": home, "PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
        "PATH": f"{PREFECT_PYTHON.parent}:{os.environ['PATH']}",
    }
    quiet = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    begin = time.monotonic()
    processes = [subprocess.Popen(
        [PREFECT_PYTHON.with_name("prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)], **quiet)]
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/api/health"), 120, "Prefect serving")
        boot = time.monotonic() - begin
        processes.append(subprocess.Popen([PREFECT_PYTHON, PEERS / "prefect_flow.py", "serve"], **quiet))
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/api/deployments/name/nothing/bench"), 60, "Prefect's deployment")
        run = subprocess.run(
            [PREFECT_PYTHON, PEERS / "prefect_flow.py", "run"], env=environment, capture_output=True, text=True, timeout=120, check=False)
        words = run.stdout.split()
        require("COMPLETED" in words, f"Prefect said: {run.stdout[-500:]} {run.stderr[-1000:]}")
        return boot, float(words[words.index("start_s") + 1])
    finally:
        end_processes(tree([process.pid for process in processes]))


def memory(context: Context) -> list[Row]:
    """One process of ours against the processes of a usual Python stack, both at rest."""
    ours, theirs = [], []
    for number in range(context.runs):
        context.say(f"memory at rest, run {number + 1} of {context.runs}")
        server = Server(Path(tempfile.mkdtemp(dir=context.folder))).start()
        time.sleep(REST_SECONDS)
        ours.append(memory_kb([server.pid]) / 1024)
        server.stop()
        with python_stack(context) as pids:
            theirs.append(memory_kb(pids) / 1024)
    return [compare(
        "idle.memory", "memory of everything that runs when nothing happens", "MB",
        "three uvicorn services, Celery worker with 2 processes, beat and Redis; no database server counted", ours, theirs,
        higher_is_better=False, samples=[])]


@contextmanager
def python_stack(context: Context, app: str = "fanout_app:app", **settings: str) -> Iterator[list[int]]:
    """The process set that this product replaces, at rest: Redis first, then Celery's worker and scheduler, then three API services."""
    folder, redis_port, web_ports = Path(tempfile.mkdtemp(dir=context.folder)), free_port(), [free_port() for _ in range(3)]
    environment = {**os.environ, "BENCH_REDIS": f"redis://127.0.0.1:{redis_port}/0", "C_FORCE_ROOT": "1", **settings}
    quiet = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": PEERS}
    celery = [PEER_PYTHON, "-m", "celery", "-A", "celery_app"]
    pids = [subprocess.Popen(command, **quiet).pid for command in (
        ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""],
        [*celery, "worker", "-c", "2", "--pool", "prefork", "--pidfile", str(folder / "worker.pid")],
        [*celery, "beat", "-s", str(folder / "schedule"), "--pidfile", str(folder / "beat.pid")],
        *([PEER_PYTHON, "-m", "uvicorn", app, "--host", "127.0.0.1", "--port", str(port)] for port in web_ports),
    )]
    try:
        wait_for(lambda: all(accepts("127.0.0.1", port) for port in web_ports) and len(tree(pids)) >= 8, 60, "the Python stack running")
        time.sleep(REST_SECONDS)
        yield pids
    finally:
        end_processes(tree(pids))
