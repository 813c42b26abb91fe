"""The claims about several processes: starts with one key, rolling restarts, a killed database, a lost Redis."""
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from conftest import Ground
from harness.api import FINAL, Api, browser_session
from harness.waiting import until

Tell = Callable[[str], None]
Rounds = Callable[[int], int]


def finished(ground: Ground, executions: set[str], timeout: float = 120) -> dict[str, str]:
    """The final states of executions, by id."""
    def all_over() -> dict[str, str] | None:
        states = {execution: ground.api.execution(execution)["state"] for execution in executions}
        return states if all(state in FINAL for state in states.values()) else None
    return until(all_over, timeout, "the end of all executions")


def start(api: Api, command: str, targets: str, key: str) -> requests.Response | None:
    """Starts a command; nil when the connection broke."""
    try:
        return api.raw("POST", "/api/executions", json={"command": command, "targets": targets}, headers={"Idempotency-Key": key})
    except requests.RequestException:
        return None


def start_until_answered(ground: Ground, command: str, key: str, limit: float = 60) -> dict:
    """Asks with one key until the start is acknowledged."""
    own = Api(ground.api.base, bearer=ground.api.bearer)

    def acknowledged() -> dict | None:
        answer = start(own, command, ground.fleet.one(), key)
        assert answer is None or answer.status_code in (202, 429, 502, 503, 504), answer.text
        return answer.json() if answer is not None and answer.ok else None
    return until(acknowledged, limit, "an acknowledged start")


def test_claim_5_one_key_is_one_execution(ground: Ground, rounds: Rounds, tell: Tell) -> None:
    """Each key is sent twice at the same time; executions and jobs are restarted meanwhile."""
    pairs = rounds(1000)
    keys = [uuid.uuid4().hex for _ in range(pairs)]
    restarted = 0
    with ThreadPoolExecutor(8) as pool:
        asked = [(key, pool.submit(start_until_answered, ground, ground.leaving(key), key)) for key in keys for _ in range(2)]
        for service in ("executions", "targets"):
            ground.picture.parts[service].stop()
            ground.picture.parts[service].start()
            restarted += 1
        answers: dict[str, list[str]] = {}
        for key, answer in asked:
            answers.setdefault(key, []).append(answer.result()["id"])
    executions = {execution for ids in answers.values() for execution in ids}
    states = finished(ground, executions)
    effects = ground.effects_of(set(keys))
    different = sum(len(set(ids)) > 1 for ids in answers.values())
    doubled = sum(count > 1 for count in effects.values())
    lost = sum(count == 0 for count in effects.values())
    tell(f"claim 5: {pairs} keys sent twice, {restarted} services restarted: {len(executions)} executions, {different} keys with two, "
         f"{doubled} effects doubled, {lost} missing")

    assert (len(executions), different, doubled, lost) == (pairs, 0, 0, 0)
    assert set(states.values()) == {"succeeded"}


def test_claim_8_rolling_restarts_lose_nothing(ground: Ground, rounds: Rounds, tell: Tell) -> None:
    """Services and workers are told to end, one after the other, while work goes on."""
    restarts = rounds(50)
    spare = ground.picture.part("worker")
    spare.start()
    executions: dict[str, str] = {}
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            mark = uuid.uuid4().hex
            executions[start_until_answered(ground, ground.leaving(mark, random.choice((0, 0.2, 1))), mark)["id"]] = mark

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    names = [name for name in ground.picture.parts if name not in ("frontend", "worker")]
    try:
        for number in range(restarts):
            # Every other time a worker; there is always one left.
            part = (ground.picture.parts["worker"], spare)[number // 2 % 2] if number % 2 else ground.picture.parts[names[number // 2 % len(names)]]
            part.stop()
            part.start()
    finally:
        over.set()
        for thread in threads:
            thread.join(120)
        spare.stop()
    states = finished(ground, set(executions))
    effects = ground.effects_of(set(executions.values()))
    bad = {execution: state for execution, state in states.items() if state != "succeeded"}
    doubled, missing = sum(count > 1 for count in effects.values()), sum(count == 0 for count in effects.values())
    tell(f"claim 8: {restarts} rolling restarts, every exit code 0, {len(executions)} runs meanwhile: {len(bad)} not succeeded, "
         f"{doubled} effects doubled, {missing} missing")

    assert (bad, doubled, missing) == ({}, 0, 0)


def test_claim_9_a_killed_database_loses_nothing_acknowledged(ground: Ground, rounds: Rounds, tell: Tell) -> None:
    """All processes of PostgreSQL are killed under load, again and again."""
    kills = rounds(30)
    acknowledged: set[str] = set()
    over = threading.Event()

    def write(number: int) -> None:
        own = Api(ground.api.base, bearer=ground.api.bearer)
        count = 0
        while not over.is_set():
            count += 1
            name = f"kept-{number}-{count}-{uuid.uuid4().hex[:8]}"
            try:
                answer = own.raw("POST", "/api/targets", json={"name": name, "connections": [{"kind": "ssh", "host": "host.example"}]})
            except requests.RequestException:
                continue
            if answer.status_code == 201:
                acknowledged.add(name)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    pids = {name: part.pid for name, part in ground.picture.parts.items()}
    slowest = 0.0
    try:
        for _ in range(kills):
            before = len(acknowledged)
            until(lambda seen=before: len(acknowledged) >= seen + 20, 60, "twenty more writes")
            ground.database.kill()
            ground.database.launch()
            began, before = time.monotonic(), len(acknowledged)
            until(lambda seen=before: len(acknowledged) > seen, 30, "a write after the restart")
            slowest = max(slowest, time.monotonic() - began)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    stored, cursor = set(), None
    while True:
        page = ground.api.get("/api/targets", limit=500, **({"cursor": cursor} if cursor else {}))
        stored |= {target["name"] for target in page["items"]}
        cursor = page.get("next_cursor")
        if not cursor:
            break
    lost = acknowledged - stored
    gone = [name for name, part in ground.picture.parts.items() if part.process is None or part.process.poll() is not None or part.pid != pids[name]]
    tell(f"claim 9: {kills} kills of PostgreSQL, {len(acknowledged)} writes acknowledged, {len(lost)} lost; a write after at most {slowest:.1f} s; "
         f"{len(gone)} processes ended")

    assert (lost, gone) == (set(), [])
    assert slowest <= 10


def test_claim_10_redis_holds_nothing(ground: Ground, rounds: Rounds, tell: Tell) -> None:
    """Redis is killed and emptied under load; a session that was ended meanwhile stays ended."""
    times = rounds(20)
    marks: dict[str, str] = {}
    person, ended = browser_session(ground.picture), 0
    for number in range(times):
        made = person.post("/api/auth/tokens", {"name": f"short-{number}", "expires_in_days": 1})
        short = Api(ground.api.base, bearer=made["token"])
        assert short.raw("GET", "/api/targets", params={"limit": 1}).status_code == 200
        before, without = uuid.uuid4().hex, uuid.uuid4().hex
        marks[start_until_answered(ground, ground.leaving(before, 0.2), before)["id"]] = before
        ground.picture.redis.kill()
        person.delete(f"/api/auth/tokens/{made['record']['id']}")
        marks[start_until_answered(ground, ground.leaving(without), without)["id"]] = without
        ground.picture.redis.start()
        ended += short.raw("GET", "/api/targets", params={"limit": 1}).status_code == 401
    states = finished(ground, set(marks))
    effects = ground.effects_of(set(marks.values()))
    bad = sum(state != "succeeded" for state in states.values())
    wrong = sum(count != 1 for count in effects.values())
    tell(f"claim 10: Redis killed and emptied {times} times, {len(marks)} runs: {bad} not succeeded, {wrong} effects lost or doubled; "
         f"{ended} of {times} ended tokens stayed ended")

    assert (bad, wrong, ended) == (0, 0, times)
