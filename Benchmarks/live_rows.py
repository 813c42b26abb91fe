"""Live output: fan-out to many readers, and the time from a request to the first line."""
import json
import subprocess
import threading
import time
import urllib.request

from context import PEER_PYTHON, PEERS, Context, require
from harness.api import PASSWORD
from harness.live import Live
from harness.waiting import accepts, free_port
from playwright.sync_api import sync_playwright

from measuring import Sample, Span, end_processes, percentile, tree, wait_for
from ours import Ours
from readers import drain, open_reader, send_text, texts_of_ours
from results import Figure, Row, compare

READERS = 50
LINES = 10_000
EXPECTED = "".join(f"{number:08} {'x' * 90}\n" for number in range(1, LINES + 1))
PRODUCER = f"seq -f '%08.0f {'x' * 90}' 1 {LINES}"
FIRST_LINES = 200


def fan_out(context: Context) -> list[Row]:
    """One run that writes a lot, fifty people watching."""
    ours, uvicorn, samples = [], [], []
    with context.ours(targets=1) as server:
        server.describe_local(1)
        for number in range(context.runs):
            context.say(f"fan-out to {READERS} readers, run {number + 1} of {context.runs}")
            for rates, measure in ((ours, lambda: our_fan_out(server)), (uvicorn, their_fan_out)):
                rate, sample = measure()
                rates.append(rate)
                samples.append(sample)
    return [compare(
        "live.fanout.50", f"lines of 100 bytes delivered to {READERS} WebSocket readers (ours stored first, several to a frame)",
        "lines/s", "uvicorn, one line to a frame, nothing stored", ours, uvicorn, higher_is_better=True, samples=samples)]


def our_fan_out(server: Ours) -> tuple[float, Sample]:
    """Lines a second of our server; they come from a command on this machine."""
    headers = {"Authorization": f"Bearer {server.api.bearer}"}
    readers = [open_reader(server.server.port, headers) for _ in range(READERS)]

    def start() -> None:
        execution = server.api.run(PRODUCER, "tag = here")
        for reader in readers:
            send_text(reader, json.dumps({"follow": {"execution": execution, "after": 0}}))

    span = Span([server.server.pid], [])
    seconds = drain(readers, LINES, b"\\n", start)
    sample = span.end()
    for reader in readers:
        require(texts_of_ours(reader) == EXPECTED, "a reader did not get every line in order")
        reader.connection.close()
    return READERS * LINES / seconds, sample


def their_fan_out() -> tuple[float, Sample]:
    """Lines a second of uvicorn; they are made inside it."""
    port = free_port()
    process = subprocess.Popen(
        [PEER_PYTHON, "-m", "uvicorn", "fanout_app:app", "--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop",
         "--http", "httptools", "--no-access-log", "--log-level", "error"], cwd=PEERS, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: accepts("127.0.0.1", port), 20, "uvicorn serving")
        readers = [open_reader(port, {}) for _ in range(READERS)]
        request = urllib.request.Request(f"http://127.0.0.1:{port}/produce/{LINES}", method="POST")
        span = Span([process.pid], [])
        seconds = drain(
            readers, LINES, b"\n", lambda: threading.Thread(target=lambda: urllib.request.urlopen(request).read(), daemon=True).start())
        sample = span.end()
        for reader in readers:
            require(b"".join(reader.frames()).decode() == EXPECTED, "a reader of uvicorn did not get every line in order")
            reader.connection.close()
        return READERS * LINES / seconds, sample
    finally:
        end_processes(tree([process.pid]))


def first_line_milliseconds(server: Ours) -> list[float]:
    """From sending the start request to the first line on a socket that was open before, many times, connection warm."""
    times = []
    with Live(server.api) as live:
        for _ in range(FIRST_LINES):
            begin = time.monotonic()
            execution = server.api.run("echo first", "name = host000")
            live.follow(execution)
            live.entries_until(lambda entry: entry["kind"] == "output" and entry["text"] == "first\n")
            times.append((time.monotonic() - begin) * 1000)
            live.entries_until_end()
            live.send(unfollow=execution)
    return times


# Starts a command and tells the milliseconds until its line stands on the screen.
IN_PAGE = """
async () => {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  const begin = performance.now();
  const answer = await fetch('/api/executions', {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ command: 'echo first', targets: 'name = host000' }),
  });
  const { id } = await answer.json();
  return await new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      const line = (JSON.parse(data).entries ?? []).find((entry) => entry.kind === 'output');
      if (!line) return;
      document.body.append(line.text);
      requestAnimationFrame(() => requestAnimationFrame(() => { socket.close(); resolve(performance.now() - begin); }));
    };
    socket.send(JSON.stringify({ follow: { execution: id, after: 0 } }));
  });
}
"""


def first_line_in_browser(context: Context) -> Figure:
    """What a person sees: from the start request to the painted line in Chromium."""
    with context.ours(targets=1) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(base_url=server.server.base)
        page.goto("/login")
        status = page.evaluate(
            """async (body) => (await fetch('/api/auth/login', {
                method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).status""",
            {"username": "admin", "password": PASSWORD})
        require(status == 200, f"signing in answered {status}")
        page.evaluate(IN_PAGE)
        times = [page.evaluate(IN_PAGE) for _ in range(20 * context.runs)]
        chromium.close()
    return Figure(
        "from start request to first line painted in Chromium, over SSH, warm",
        f"median {percentile(times, 0.5):.0f} ms, p99 {percentile(times, 0.99):.0f} ms, {len(times)} runs")


def first_line_figure(times: list[float]) -> Figure:
    """The same for people."""
    return Figure(
        "from start request to first line over SSH, warm",
        f"median {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms, {len(times)} runs")
