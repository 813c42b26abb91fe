"""The picture when parts of it restart, vanish, move or multiply."""
import time
import uuid

import pytest

from harness.api import Api, ApiProblem
from harness.fleet import Fleet
from harness.live import Live, output_of
from harness.waiting import until
from picture import Machines, Picture, docker, sentence

SERVICES = (
    "opsconductor-frontend", "opsconductor-auth-service", "opsconductor-user-service", "opsconductor-targets", "opsconductor-jobs",
    "opsconductor-execution", "opsconductor-scheduler", "opsconductor-notifications", "opsconductor-audit", "opsconductor-redis",
    "opsconductor-nginx")
PATHS = {"opsconductor-jobs": "/api/jobs", "opsconductor-targets": "/api/targets", "opsconductor-user-service": "/api/users"}
FOUND_WITHIN_SECONDS = 2
# Connections from the old address are dead without a word; they have to be given up first.
WHOLE_WITHIN_SECONDS = 10
# The same for a worker that waits for work and expects no word for a while.
BACK_AT_WORK_SECONDS = 30
# What nobody rings a bell for is looked for at this distance.
WITHOUT_BELL_SECONDS = 20


def runs(admin: Api, fleet: Fleet) -> bool:
    """Whether a command runs on all machines, watched live."""
    word = uuid.uuid4().hex
    with Live(admin) as live:
        execution = admin.run(f"echo {word}", fleet.filter)
        live.follow(execution)
        entries = live.entries_until_end(timeout=90)
    return [output_of(entries, branch, 1) for branch in range(1, len(fleet.targets) + 1)] == [f"{word}\n"] * len(fleet.targets)


def answers(admin: Api, path: str) -> bool:
    """Whether a path is served at the moment."""
    try:
        return admin.raw("GET", path).status_code == 200
    except OSError:
        return False


def is_reached(admin: Api, path: str) -> bool:
    """Whether the service of a path says anything itself."""
    try:
        return admin.raw("GET", path).status_code < 500
    except OSError:
        return False


def all_answer(admin: Api) -> bool:
    """Whether every service is served at the moment."""
    served = all(answers(admin, path) for path in ("/", "/api/auth/me", "/api/users", "/api/targets", "/api/jobs", "/api/executions"))
    return served and all(is_reached(admin, path) for path in ("/api/schedules", "/api/notifications", "/api/audit"))


def databases(picture: Picture) -> list[str]:
    """The containers of PostgreSQL."""
    return [name for name in picture.containers() if name.endswith("-postgres")]


def test_each_part_restarts_and_the_rest_goes_on(picture: Picture, admin: Api, fleet: Fleet) -> None:
    times = {}
    for name in [*SERVICES, *picture.workers(), *databases(picture)]:
        docker("restart", name)
        start = time.monotonic()
        until(lambda: all_answer(admin), 60, f"everything being served after a restart of {name}")
        times[name] = time.monotonic() - start
        assert runs(admin, fleet), name
    picture.wait()
    slowest = max(times, key=lambda name: times[name])
    sentence(f"{picture.databases}: {len(times)} restarts, a run after each succeeded; slowest back was {slowest} after {times[slowest]:.1f} s")


@pytest.mark.parametrize("name", PATHS)
def test_a_service_that_comes_back_at_another_address_is_found(picture: Picture, admin: Api, name: str) -> None:
    before = picture.addresses(name)
    other = before.rpartition(".")[0] + f".{200 + list(PATHS).index(name)}"
    try:
        picture.leave(name)
        with pytest.raises(ApiProblem) as away:
            admin.get(PATHS[name])
        assert away.value.status in (502, 504) and away.value.problem["type"] == "/problems/unavailable"
        # Auth asks the user service about everybody; the others need none of these.
        assert answers(admin, "/api/executions") or name == "opsconductor-user-service"
    finally:
        picture.join(name, other)
    start = time.monotonic()
    # Who nobody is takes the service alone to say.
    until(lambda: Api(picture.base).raw("GET", PATHS[name]).status_code == 401, 30, f"nginx finding {name} at its new address")
    found = time.monotonic() - start
    until(lambda: answers(admin, PATHS[name]), 60, f"{name} finding the others from its new address")
    whole = time.monotonic() - start
    sentence(f"{picture.databases}: {name} moved from {before} to {other}: nginx found it after {found:.2f} s, it found all after {whole:.1f} s")
    assert found < FOUND_WITHIN_SECONDS
    assert whole < WHOLE_WITHIN_SECONDS


def test_a_worker_that_is_cut_off_loses_its_run_and_no_other(picture: Picture, admin: Api, fleet: Fleet, machines: Machines) -> None:
    file = f"/tmp/{uuid.uuid4().hex}"
    worker = picture.workers()[0]
    execution = admin.run(f"echo ran >> {file}; sleep 600", fleet.one())
    until(lambda: machines.effects(machines.addresses[0], file) == ["ran"], 30, "the command running")
    start = time.monotonic()
    try:
        picture.leave(worker)
        ended = admin.finished(execution, timeout=90)
        took = time.monotonic() - start
    finally:
        picture.join(worker)
    start = time.monotonic()
    assert runs(admin, fleet)
    back = time.monotonic() - start

    assert ended["state"] == "lost", ended
    assert machines.effects(machines.addresses[0], file) == ["ran"]
    sentence(f"{picture.databases}: a worker cut off, its run was lost after {took:.1f} s and ran once; let back in, it worked after {back:.1f} s")
    assert back < BACK_AT_WORK_SECONDS


def test_without_redis_everything_happens_later(picture: Picture, admin: Api, fleet: Fleet) -> None:
    try:
        docker("kill", "opsconductor-redis")
        start = time.monotonic()
        assert runs(admin, fleet)
        took = time.monotonic() - start
    finally:
        docker("start", "opsconductor-redis")
    picture.wait()
    assert runs(admin, fleet)
    sentence(f"{picture.databases}: a run without Redis took {took:.1f} s")
    assert took < WITHOUT_BELL_SECONDS


def test_what_was_acknowledged_survives_the_death_of_its_database(picture: Picture, admin: Api, fleet: Fleet) -> None:
    server = "opsconductor-postgres" if picture.databases == "consolidated" else "opsconductor-execution-postgres"
    acknowledged: list[str] = []
    for number in range(3):
        for _ in range(10):
            acknowledged.append(admin.run("true", fleet.one(1 + number)))
        docker("kill", server)
        docker("start", server)
        start = time.monotonic()
        until(lambda: answers(admin, "/api/executions"), 30, "the API being back")
        took = time.monotonic() - start
    states = [admin.finished(execution, timeout=60)["state"] for execution in acknowledged]

    sentence(f"{picture.databases}: 3 deaths of {server}, {len(acknowledged)} acknowledged, {len(states)} there, back after {took:.1f} s")
    assert set(states) <= {"succeeded", "lost"} and states.count("succeeded") >= 20
    picture.wait()


def test_three_workers_share_the_work_and_nothing_runs_twice(picture: Picture, admin: Api, fleet: Fleet, machines: Machines) -> None:
    picture.up("--scale", "opsconductor-worker=3", "--no-recreate")
    assert len(picture.workers()) == 3
    file = f"/tmp/{uuid.uuid4().hex}"
    started = [admin.run(f"echo $SSH_CLIENT >> {file}", fleet.filter) for _ in range(12)]
    assert {admin.finished(execution, timeout=60)["state"] for execution in started} == {"succeeded"}

    lines = [line for name in machines.addresses for line in machines.effects(name, file)]
    hands = {line.split()[0] for line in lines}
    assert len(lines) == len(started) * len(machines.addresses)
    assert hands <= {picture.addresses(name) for name in picture.workers()}
    sentence(f"{picture.databases}: 12 runs on 4 machines by {len(hands)} of 3 workers, {len(lines)} effects, none twice")
    assert len(hands) > 1
