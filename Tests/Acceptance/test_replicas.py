"""Two whole servers on the same PostgreSQL databases behave as one, with Redis between them and without."""
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from harness.api import Api, set_up
from harness.engine import postgresql
from harness.fleet import Fleet
from harness.live import Live, output_of
from harness.marks import shared_store_only
from harness.processes import pids_with
from harness.redis import Redis
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until

pytestmark = shared_store_only


@dataclass
class Pair:
    """Two servers, somebody who is signed in at both, and the machines."""

    one: Server
    two: Server
    redis: Redis | None
    here: Api
    there: Api
    fleet: Fleet


@pytest.fixture(scope="module", params=["redis", "notify"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sshd: Sshd) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("replicas")
    redis = Redis().start() if request.param == "redis" else None
    settings = {
        **postgresql().databases(), "REDIS_URL": redis.url if redis else "", "SECRET_KEY_FILE": str(folder / "secret.key"),
        "LEASE_SECONDS": "5"}
    one = Server(folder / "one", **settings).start()
    here = set_up(one)
    two = Server(folder / "two", **settings).start()
    try:
        yield Pair(one, two, redis, here, Api(two.base, bearer=here.bearer), Fleet(here, sshd, "pair"))
    finally:
        one.kill()
        two.kill()
        if redis:
            redis.kill()


def test_a_run_started_at_one_is_watched_live_at_the_other(pair: Pair) -> None:
    with Live(pair.there) as live:
        execution = pair.here.run("echo $((6 * 7))", pair.fleet.filter)
        live.follow(execution)
        entries = live.entries_until_end()

    assert [output_of(entries, branch, 1) for branch in range(1, 6)] == ["42\n"] * 5
    assert pair.there.execution(execution)["counts"]["succeeded"] == 5


def test_both_take_work_and_no_branch_runs_twice(pair: Pair) -> None:
    for number in range(6):
        side = (pair.here, pair.there)[number % 2]
        execution = side.run("echo once", pair.fleet.filter, max_parallel=2)
        with Live(side) as live:
            live.follow(execution)
            entries = live.entries_until_end()
        assert [output_of(entries, branch, 1) for branch in range(1, 6)] == ["once\n"] * 5
        assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))


def test_what_one_started_the_other_cancels_and_the_process_is_gone(pair: Pair) -> None:
    marker = f"replica-{uuid.uuid4().hex}"
    execution = pair.here.run(f"sh -c 'while :; do sleep 1; done' {marker}", pair.fleet.one())
    until(lambda: pids_with(marker), 20, "the command running")
    pair.there.post(f"/api/executions/{execution}/cancel")

    until(lambda: pair.here.execution(execution)["state"] == "cancelled", 20, "the cancellation")
    assert not pids_with(marker)


def test_without_redis_everything_still_happens(pair: Pair) -> None:
    if pair.redis is None:
        pytest.skip("there is no Redis")
    pair.redis.kill()
    with Live(pair.there) as live:
        execution = pair.here.run("echo still", pair.fleet.filter)
        live.follow(execution)
        entries = live.entries_until_end(timeout=60)
    assert [output_of(entries, branch, 1) for branch in range(1, 6)] == ["still\n"] * 5
    pair.redis.start()


def test_a_server_that_dies_leaves_its_work_to_the_other(pair: Pair) -> None:
    pair.one.kill()
    with Live(pair.there) as live:
        execution = pair.there.run("echo alone", pair.fleet.filter)
        live.follow(execution)
        assert live.entries_until_end()
    assert pair.there.execution(execution)["counts"]["succeeded"] == 5
    pair.one.start()
    assert pair.here.execution(execution)["state"] == "succeeded"
