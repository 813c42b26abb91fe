"""The HTTP API on PostgreSQL against FastAPI with uvicorn and asyncpg: by id, a page, a new one."""
import secrets

from api_servers import PAGE, TARGETS, ApiPair, ApiServer, PeerApi, api_pair
from context import Context
from load import CONNECTIONS, Load, press
from measuring import median
from results import Figure, Row, compare

CASES = {
    "get": "GET /api/targets/{id}",
    "list": f"GET /api/targets?limit={PAGE}&cursor=... of {TARGETS}",
    "create": "POST /api/targets",
}
WHO = {"": "ours is the Targets service", ".whole": "ours is the whole product in one process"}
PEER = "FastAPI, uvicorn with 1 worker, asyncpg"
WARM_UP_SECONDS = 1


def api(context: Context) -> tuple[list[Row], list[Figure]]:
    """The API by id, by page and creating, 32 connections, our Targets service and FastAPI in turn on the same database server."""
    return campaign(context, whole=False)


def api_whole(context: Context) -> tuple[list[Row], list[Figure]]:
    """The same with the whole product in one process."""
    return campaign(context, whole=True)


def campaign(context: Context, *, whole: bool) -> tuple[list[Row], list[Figure]]:
    """All cases, ours and FastAPI in turn."""
    runs: dict[tuple[str, str], list[Load]] = {(case, who): [] for case in CASES for who in ("ours", "peer")}
    seconds = 2 if context.runs == 1 else 5
    with api_pair(context, whole=whole) as pair:
        for case in CASES:
            for number in range(context.runs):
                context.say(f"{CASES[case]}, run {number + 1} of {context.runs}")
                order = (("ours", pair.ours), ("peer", pair.peer))
                for who, server in order if number % 2 == 0 else reversed(order):
                    runs[case, who].append(measured(pair, server, case, seconds))
        two = {} if whole else with_two_workers(context, pair, seconds)
    suffix = ".whole" if whole else ""
    rows = [row for case in CASES for row in rows_of(case, runs[case, "ours"], runs[case, "peer"], suffix)]
    figures = [spread(case, runs[case, "ours"], runs[case, "peer"], suffix) for case in CASES]
    return [*rows, memory_row(runs, suffix)], [*figures, *(of_two_workers(case, load) for case, load in two.items())]


def with_two_workers(context: Context, pair: ApiPair, seconds: float) -> dict[str, Load]:
    """What FastAPI does with another process."""
    context.say("uvicorn with 2 workers")
    pair.peer.stop()
    pair.peer = PeerApi(pair.peer_database, counts=pair.counts, workers=2)
    return {case: measured(pair, pair.peer, case, seconds) for case in CASES}


def measured(pair: ApiPair, server: ApiServer, case: str, seconds: float) -> Load:
    """One run after a short one that does not count."""
    def once(how_long: float) -> Load:
        what = ["new", f"n{secrets.token_hex(4)}"] if case == "create" else [pair.folder / case]
        return press(server.base, server.bearer(), what, how_long, server=server.pids, database=pair.database_pids)
    once(WARM_UP_SECONDS)
    return once(seconds)


def rows_of(case: str, ours: list[Load], peer: list[Load], suffix: str) -> list[Row]:
    """Rate, CPU and, for reading by id, the slowest percent."""
    samples = [load.sample for load in (*ours, *peer)]
    at = f"{CASES[case]}, {CONNECTIONS} connections, {WHO[suffix]}"
    rows = [
        compare(
            f"api.{case}.requests_per_s{suffix}", at, "requests/s", PEER, [load.rate for load in ours], [load.rate for load in peer],
            higher_is_better=True, samples=samples),
        compare(
            f"api.{case}.cpu{suffix}", f"{at}: CPU of the server's processes for a request, database aside", "ms", PEER,
            [load.cpu_ms for load in ours], [load.cpu_ms for load in peer], higher_is_better=False, samples=samples),
    ]
    if case == "get":
        rows.append(compare(
            f"api.get.p99{suffix}", f"{at}: 99 of 100 are answered within", "ms", PEER, [load.p99_ms for load in ours],
            [load.p99_ms for load in peer], higher_is_better=False, samples=samples))
    return rows


def memory_row(runs: dict[tuple[str, str], list[Load]], suffix: str) -> Row:
    """The most memory in any of the runs."""
    def peaks(who: str) -> list[float]:
        return [max(load.sample.peak_kb for load in loads) / 1024 for loads in zip(*(runs[case, who] for case in CASES), strict=True)]
    return compare(
        f"api.memory{suffix}", f"most memory (PSS) while {CONNECTIONS} connections get, list and create, {WHO[suffix]}", "MB",
        PEER, peaks("ours"), peaks("peer"), higher_is_better=False, samples=[])


def spread(case: str, ours: list[Load], peer: list[Load], suffix: str) -> Figure:
    """How far the runs are apart, and what the database server spent."""
    def of(loads: list[Load]) -> str:
        rates = sorted(load.rate for load in loads)
        return (
            f"{rates[0]:.0f} to {rates[-1]:.0f} requests/s, p99 {median([load.p99_ms for load in loads]):.1f} ms, database"
            f" {median([load.database_cpu_ms for load in loads]):.3f} ms CPU a request")
    return Figure(f"{CASES[case]}, {WHO[suffix]}", f"ours {of(ours)}; FastAPI {of(peer)}")


def of_two_workers(case: str, load: Load) -> Figure:
    """What a second worker process gives FastAPI."""
    return Figure(
        f"{CASES[case]}, FastAPI with 2 uvicorn workers",
        f"{load.rate:.0f} requests/s, {load.cpu_ms:.3f} ms CPU a request, p99 {load.p99_ms:.1f} ms, {load.sample.peak_kb / 1024:.0f} MB")
