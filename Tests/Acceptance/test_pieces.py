"""Every service in a process of its own: any of them may be restarted or killed, several workers behave as one, and nobody gets in by a side door."""
import os
import re
import signal
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harness.api import Api, browser_session, set_up
from harness.fleet import Fleet
from harness.live import Live, output_of
from harness.marks import split_only
from harness.paths import BINARY
from harness.picture import CALLS, NAMES, Picture
from harness.processes import pids_with
from harness.sshd import Sshd
from harness.waiting import until

pytestmark = split_only


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Picture]:
    """A picture that these tests may hurt, with short leases."""
    whole = Picture(tmp_path_factory.mktemp("pieces"), LEASE_SECONDS="5").start()
    try:
        yield whole
    finally:
        whole.kill()


@pytest.fixture(scope="module")
def api(picture: Picture) -> Api:
    """Its administrator."""
    return set_up(picture)


@pytest.fixture(scope="module")
def machines(api: Api, sshd: Sshd) -> Fleet:
    """Five machines."""
    return Fleet(api, sshd, "pieces")


def run_and_watch(api: Api, fleet: Fleet, words: str) -> None:
    """A run on the whole fleet, watched live."""
    with Live(api) as live:
        execution = api.run(f"echo {words}", fleet.filter)
        live.follow(execution)
        entries = live.entries_until_end()
    assert [output_of(entries, branch, 1) for branch in range(1, 6)] == [f"{words}\n"] * 5


@pytest.mark.parametrize("service", [service for service in CALLS if service != "frontend"])
@pytest.mark.parametrize("how", ["restart", "kill"])
def test_any_service_may_go_and_come_back(picture: Picture, api: Api, machines: Fleet, service: str, how: str) -> None:
    part = picture.parts[service]
    if how == "kill":
        part.kill()
    else:
        part.stop()
    part.start()

    run_and_watch(api, machines, f"{service}-{how}")


def test_while_a_service_is_away_the_others_say_so_in_one_sentence(picture: Picture, api: Api, machines: Fleet) -> None:
    picture.parts["targets"].stop()
    try:
        gone = api.raw("GET", "/api/targets")
        refused = api.raw("POST", "/api/executions", json={"command": "true", "targets": machines.filter})
        still = api.get("/api/jobs")
    finally:
        picture.parts["targets"].start()

    assert (gone.status_code, gone.headers["content-type"]) == (502, "application/problem+json"), gone.text
    assert refused.status_code == 503, refused.text
    assert refused.json()["type"] == "/problems/unavailable"
    assert "items" in still
    run_and_watch(api, machines, "back")


def test_three_workers_share_the_work_and_one_may_leave(picture: Picture, api: Api, machines: Fleet) -> None:
    more = [picture.part("worker") for _ in range(2)]
    workers = [picture.parts["worker"], *more]
    for worker in workers:
        worker.stop()
        worker.settings.update({"WORKER_SLOTS": "2", "DRAIN_SECONDS": "20"})
    for worker in workers:
        worker.start()
    try:
        marker = f"shared-{uuid.uuid4().hex}"
        execution = api.run(f"sh -c 'sleep 2; echo done' {marker}", machines.filter)
        until(lambda: sum(branch["state"] == "running" for branch in api.branches(execution)) == 5, 20, "all five running")
        names = {branch["worker"] for branch in api.branches(execution)}
        workers[1].stop()
        ended = api.finished(execution)

        assert len(names) == 3, names
        assert ended["state"] == "succeeded", api.branches(execution)
        assert not pids_with(marker)
    finally:
        for worker in workers:
            worker.stop()
        workers[0].settings.pop("WORKER_SLOTS")
        workers[0].start()


def test_a_worker_that_is_told_to_end_takes_nothing_new(picture: Picture, api: Api, machines: Fleet) -> None:
    worker = picture.parts["worker"]
    worker.settings["DRAIN_SECONDS"] = "20"
    worker.stop()
    worker.start()
    marker = f"drained-{uuid.uuid4().hex}"
    execution = api.run(f"sh -c 'sleep 3; echo ended' {marker}", machines.one())
    until(lambda: pids_with(marker), 20, "the command running")
    assert worker.process is not None
    worker.process.send_signal(signal.SIGTERM)
    until(lambda: not requests_accepted(worker.port), 10, "the worker having heard it")
    late = api.run("echo late", machines.one(2))

    assert worker.wait_for_exit(30) == 0
    assert api.finished(execution)["state"] == "succeeded"
    assert [branch["state"] for branch in api.branches(late)] == ["waiting"]
    worker.start()
    assert api.finished(late)["state"] == "succeeded"


def requests_accepted(port: int) -> bool:
    """Whether a process answers at its port."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=2).ok
    except requests.ConnectionError:
        return False


def test_many_starts_with_one_key_are_one_execution_also_while_services_come_and_go(picture: Picture, api: Api, machines: Fleet) -> None:
    keys = [uuid.uuid4().hex for _ in range(20)]
    answers: dict[str, set[str]] = {key: set() for key in keys}

    def ask(key: str) -> None:
        own = Api(api.base, bearer=api.bearer)
        for _ in range(3):
            body = {"command": "true", "targets": machines.one()}
            answer = own.raw("POST", "/api/executions", json=body, headers={"Idempotency-Key": key})
            if answer.ok:
                answers[key].add(answer.json()["id"])

    threads = [threading.Thread(target=ask, args=(key,)) for key in keys]
    for thread in threads[:10]:
        thread.start()
    picture.parts["executions"].stop()
    picture.parts["executions"].start()
    for thread in threads[10:]:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert all(len(ids) <= 1 for ids in answers.values()), answers
    assert all(len(answers[key]) == 1 for key in keys[10:]), answers
    for ids in answers.values():
        for execution in ids:
            assert api.finished(execution)["state"] == "succeeded"


def test_nothing_internal_is_reached_through_the_front_door(picture: Picture, api: Api) -> None:
    for path in ["/api/auth/internal/introspect", "/api/executions/worker/lease", "/api/targets/internal/select", "/ready", "/metrics"]:
        for headers in ({}, {"Authorization": "Service 1.service.amo=.1.x"}, {"Authorization": f"Bearer {api.bearer}"}):
            answer = requests.post(picture.base + path, headers=headers, json={}, timeout=20)
            assert answer.status_code in (404, 405), f"{path} answered {answer.status_code}"


def test_a_service_believes_nobody_without_the_key_of_the_installation(picture: Picture, api: Api) -> None:
    port = picture.ports["auth"]
    ask = {"bearer": api.bearer}
    without = requests.post(f"http://127.0.0.1:{port}/api/auth/internal/introspect", json=ask, timeout=20)
    forged = requests.post(
        f"http://127.0.0.1:{port}/api/auth/internal/introspect", json=ask, headers={"Authorization": "Service 1.service.amo=.1.eA=="}, timeout=20)

    assert without.status_code == 404
    assert (forged.status_code, forged.json()["type"]) == (401, "/problems/service-identity")


def test_a_worker_with_another_key_gets_no_work(picture: Picture, tmp_path: Path) -> None:
    subprocess.run([BINARY, "create-key", tmp_path / "other"], check=True)
    stranger = picture.part("worker")
    stranger.settings["WORKER_KEY_FILE"] = str(tmp_path / "other")
    stranger.log_file = tmp_path / "stranger.log"
    stranger.start()
    until(lambda: "another key" in stranger.log, 20, "the refusal")
    stranger.stop()


def test_one_request_is_known_by_one_id_and_one_trace_in_every_service(picture: Picture, api: Api, machines: Fleet) -> None:
    request, trace = f"trace-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    # Nobody remembers a sign-in that is new, so Auth and Users are asked.
    answer = browser_session(picture).raw(
        "POST", "/api/executions", json={"command": "true", "targets": machines.one()},
        headers={"X-Request-Id": request, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.headers["X-Request-Id"] == request

    def paths() -> set[str]:
        lines = [line for line in picture.log.splitlines() if f"request_id={request}" in line and f"trace_id={trace}" in line]
        return {path[1] for line in lines if (path := re.search(r" path=(\S+)", line))}

    until(
        lambda: paths() >= {"/api/executions", "/api/auth/internal/introspect", "/api/users/internal/find", "/api/targets/internal/select"},
        10, "log lines of four services")
    api.finished(answer.json()["id"])


def test_every_service_measures_itself(picture: Picture, api: Api, machines: Fleet) -> None:
    execution = api.run("sleep 2", machines.filter)
    until(lambda: api.execution(execution)["counts"]["running"] == 5, 20, "all five running")
    pages = {service: requests.get(f"http://127.0.0.1:{part.port}/metrics", timeout=20).text for service, part in picture.parts.items()}
    api.finished(execution)

    for service, page in pages.items():
        assert "process_resident_memory_bytes " in page, service
        assert ("opsconductor_database_connections{" in page) == (service in NAMES), service
    assert 'opsconductor_branches{state="running"} 5\n' in pages["executions"]
    assert "opsconductor_leases 5\n" in pages["executions"]
    assert "opsconductor_outbox_oldest_seconds" in pages["executions"]
    for receiver in ("audit", "notifications", "schedules"):
        assert f'opsconductor_news_waiting{{service="executions",receiver="{receiver}"}} ' in pages["executions"]
    assert "opsconductor_worker_busy_slots 5\n" in pages["worker"]
    assert 'opsconductor_http_requests_total{route="POST /api/auth/internal/introspect",status="2xx"}' in pages["auth"]


def test_everything_that_is_missing_is_told_at_once() -> None:
    done = subprocess.run(
        [BINARY, "serve", "--services", "jobs,executions,frontend"], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)

    assert done.returncode == 2
    for name in [
        "AUTH_SERVICE_URL", "USER_SERVICE_URL", "TARGETS_SERVICE_URL", "SCHEDULING_SERVICE_URL", "NOTIFICATION_SERVICE_URL",
        "AUDIT_SERVICE_URL", "JOBS_DATABASE_URL", "EXECUTION_DATABASE_URL", "WEB_ROOT"]:
        assert f"{name} is missing" in done.stderr
    assert "USER_DATABASE_URL" not in done.stderr and "EXECUTION_SERVICE_URL" not in done.stderr


@pytest.mark.parametrize("service", NAMES)
def test_a_service_cannot_connect_to_the_database_of_another(picture: Picture, service: str) -> None:
    own = picture.databases[f"{NAMES[service]}_DATABASE_URL"]
    for other in NAMES:
        if other != service:
            database = picture.databases[f"{NAMES[other]}_DATABASE_URL"].rpartition("/")[2]
            done = subprocess.run(
                ["psql", "-X", "-c", "SELECT 1", f"{own.rpartition('/')[0]}/{database}"], capture_output=True, text=True)
            assert done.returncode != 0
            assert "permission denied for database" in done.stderr


def test_redis_may_die_and_be_emptied(picture: Picture, api: Api, machines: Fleet) -> None:
    picture.redis.kill()
    run_and_watch(api, machines, "without")
    picture.redis.start()
    run_and_watch(api, machines, "again")
    assert api.get("/api/auth/me")["username"] == "admin"


def test_redis_that_stands_still_holds_up_nobody_for_long(picture: Picture, api: Api, machines: Fleet) -> None:
    with picture.redis.standing_still():
        for words in ("still", "still-standing"):
            run_and_watch(api, machines, words)
    run_and_watch(api, machines, "moving")
