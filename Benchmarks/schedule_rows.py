"""Ten thousand schedules that are due at one instant, and at rest: ours with everything stored against Celery beat with RedBeat, and APScheduler in memory."""
import datetime
import os
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from context import PEER_PYTHON, PEERS, Context, require
from harness.api import Api, set_up
from harness.paths import BINARY
from harness.process import Process
from harness.waiting import accepts, free_port
from measuring import Sample, Span, cpu_seconds, end_processes, run_client, tree, wait_for
from results import Figure, Row, compare

COUNT = 10_000
IDLE_SECONDS = 20
# All but the worker: the peers' messages are taken by nobody either.
SERVICES = "frontend,auth,users,targets,jobs,executions,schedules,notifications,audit"


def schedules(context: Context) -> tuple[list[Row], list[Figure]]:
    """Ten thousand schedules at one instant, and at rest."""
    ours: list[tuple[float, Sample, float]] = []
    redbeat: list[tuple[float, Sample, float]] = []
    aps: list[tuple[float, float]] = []
    for number in range(context.runs):
        context.say(f"{COUNT} schedules at one instant, run {number + 1} of {context.runs}")
        ours.append(measure_ours(context))
        redbeat.append(measure_redbeat(context))
        aps.append(measure_aps())
    samples = [sample for _, sample, _ in ours]
    peer = "Celery beat with RedBeat and Redis; its messages are taken by nobody"
    rows = [
        compare(
            "schedules.10k.lag", f"{COUNT} schedules due at one instant: until the last of their runs is stored, to be seen by others", "s", peer,
            [last for last, _, _ in ours], [last for last, _, _ in redbeat], higher_is_better=False, samples=samples),
        compare(
            "schedules.10k.cpu", "the same: CPU seconds of everything that runs", "s", peer, [sample.cpu for sample in samples],
            [sample.cpu for _, sample, _ in redbeat], higher_is_better=False, samples=samples),
        compare(
            "schedules.10k.lag.apscheduler", "the same, until the last function is called", "s", "APScheduler 3 in memory, which stores nothing",
            [last for last, _, _ in ours], [last for last, _ in aps], higher_is_better=False, samples=samples),
        compare(
            "schedules.10k.idle_cpu", f"{COUNT} schedules of which none is due: CPU of one core", "%", peer, [max(idle, 0.01) for _, _, idle in ours],
            [max(idle, 0.01) for _, _, idle in redbeat], higher_is_better=False, samples=samples),
    ]
    return rows, [Figure("ours with 10,000 schedules at rest: CPU of one core", ", ".join(f"{idle:.2f} %" for _, _, idle in ours))]


def measure_ours(context: Context) -> tuple[float, Sample, float]:
    """Seconds until the last run is stored, what that took, and the CPU at rest in percent."""
    folder = Path(tempfile.mkdtemp(dir=context.folder))
    server = Process(
        folder / "log", {"DATA_DIR": str(folder / "data"), "SECRET_KEY_FILE": str(folder / "key"), "LOG_LEVEL": "error"}, services=SERVICES)
    subprocess.run([BINARY, "create-key", folder / "key"], check=True)
    server.start()
    try:
        api = set_up(server)
        api.post("/api/targets", {"name": "here", "connections": [{"kind": "local"}]})
        api.post("/api/jobs", {"definition": {"name": "nothing", "targets": "here", "steps": [{"name": "a", "command": "true"}]}})
        due = describe(api)
        require(time.time() < due - IDLE_SECONDS - 2, "loading took too long")
        time.sleep(max(0, due - IDLE_SECONDS - 2 - time.time()))
        begin, before = time.monotonic(), cpu_seconds([server.pid])
        time.sleep(IDLE_SECONDS)
        idle = 100 * (cpu_seconds([server.pid]) - before) / (time.monotonic() - begin)
        time.sleep(max(0, due - 0.5 - time.time()))
        span = Span([server.pid], [])
        ledger = sqlite3.connect(f"file:{folder}/data/schedules.db?mode=ro", uri=True)
        wait_for(lambda: time.time() >= due, 5, "the instant")
        wait_for(lambda: count(ledger) == COUNT, 60, "the start of every run")
        last = time.time() - due
        sample = span.end()
        ledger.close()
        executions = sqlite3.connect(f"file:{folder}/data/executions.db?mode=ro", uri=True)
        found = executions.execute("SELECT COUNT(*), COUNT(DISTINCT idempotency_key) FROM executions").fetchone()
        executions.close()
        require(found == (COUNT, COUNT), f"{found} executions are there")
        return last, sample, idle
    finally:
        server.kill()


def count(ledger: sqlite3.Connection) -> int:
    """How many instants are known to have begun a run, by what is committed."""
    return ledger.execute("SELECT COUNT(*) FROM occurrences WHERE state = 'fired'").fetchone()[0]


def describe(api: Api) -> int:
    """Adds the schedules; returns the instant at which all are due."""
    due = int(time.time()) + 90
    when = datetime.datetime.fromtimestamp(due, datetime.UTC)
    cron = f"{when.second} {when.minute} {when.hour} {when.day} {when.month} *"
    for start in range(0, COUNT, 1000):
        text = "\n---\n".join(
            f'name: schedule {number}\njob: nothing\ntiming: {{cron: "{cron}"}}' for number in range(start, start + 1000))
        receipt = api.post("/api/schedules/apply", {"files": [{"name": f"{start}.yaml", "yaml": text}]})
        require(receipt["applied"], f"the schedules were refused: {receipt['documents'][:2]}")
    return due


def measure_redbeat(context: Context) -> tuple[float, Sample, float]:
    """The same for RedBeat: until every message is in the broker."""
    folder, port = Path(tempfile.mkdtemp(dir=context.folder)), free_port()
    # Its crontabs know minutes. Loading takes it half a minute, and so does its start.
    due = (int(time.time() + 75) // 60 + 1) * 60
    environment = {**os.environ, "BENCH_REDIS": f"redis://127.0.0.1:{port}", "BENCH_COUNT": str(COUNT), "BENCH_DUE": str(due)}
    quiet = {"env": environment, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": PEERS}
    redis = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "yes"], **quiet)
    started = [redis.pid]
    try:
        wait_for(lambda: accepts("127.0.0.1", port), 20, "Redis")
        subprocess.run([PEER_PYTHON, PEERS / "schedule_app.py"], env=environment, cwd=PEERS, check=True)
        beat = subprocess.Popen(
            [PEER_PYTHON, "-m", "celery", "-A", "schedule_app", "beat", "-S", "redbeat.RedBeatScheduler", "-l", "ERROR", "--pidfile="], **quiet)
        started.append(beat.pid)
        require(time.time() < due - IDLE_SECONDS - 12, "RedBeat loaded too slowly")
        time.sleep(max(0, due - IDLE_SECONDS - 2 - time.time()))
        begin, before = time.monotonic(), cpu_seconds(started)
        time.sleep(IDLE_SECONDS)
        idle = 100 * (cpu_seconds(started) - before) / (time.monotonic() - begin)
        time.sleep(max(0, due - 0.5 - time.time()))
        require(beat.poll() is None, "RedBeat ended by itself")
        span = Span(started, [])
        wait_for(lambda: time.time() >= due, 5, "the instant")
        wait_for(lambda: messages(port) >= COUNT, 150, "every message of RedBeat")
        return time.time() - due, span.end(), idle
    finally:
        end_processes(tree(started))


def messages(port: int) -> int:
    """How many messages are in the broker."""
    time.sleep(0.05)
    return int(subprocess.run(["redis-cli", "-p", str(port), "-n", "3", "llen", "celery"], capture_output=True, text=True).stdout or 0)


def measure_aps() -> tuple[float, float]:
    """Seconds until APScheduler has called every function, and its CPU seconds."""
    sample = run_client([PEER_PYTHON, PEERS / "schedule_aps.py", str(COUNT), "50"], [])
    words = sample.text.split()
    require(words[:2] == ["fired", str(COUNT)], f"APScheduler said: {sample.text[-500:]}")
    return float(words[3]), float(words[5])
