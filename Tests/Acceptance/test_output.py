"""Output of every kind arrives byte by byte, or says exactly what is missing."""
import hashlib

from harness.api import Api
from harness.fleet import Fleet


def lines_of(count: int) -> bytes:
    """What `seq 1 count` prints."""
    return b"".join(b"%d\n" % number for number in range(1, count + 1))


def test_a_flood_of_lines_is_complete_and_in_order(admin: Api, fleet: Fleet) -> None:
    execution = admin.run("seq 1 300000", fleet.one())

    assert admin.finished(execution, timeout=60)["state"] == "succeeded"
    expected, stored = lines_of(300_000), admin.log(execution)
    assert hashlib.sha256(stored).hexdigest() == hashlib.sha256(expected).hexdigest()


def test_binary_output_is_kept_byte_for_byte(admin: Api, fleet: Fleet) -> None:
    octal = "".join(f"\\{byte:03o}" for byte in range(256))
    execution = admin.run(f"printf '{octal}'", fleet.one())

    assert admin.finished(execution)["state"] == "succeeded"
    assert admin.log(execution) == bytes(range(256))


def test_output_over_the_limit_is_cut_with_a_marker(admin: Api, fleet: Fleet) -> None:
    definition = {
        "name": "too-much", "targets": fleet.one(),
        "steps": [{"name": "flood", "command": "head -c 50000000 /dev/zero | tr '\\0' x; echo; exit 3", "output_limit_bytes": 1_000_000}],
    }
    job = admin.post("/api/jobs", {"definition": definition})
    execution = admin.post(f"/api/jobs/{job['id']}/run")["id"]

    assert admin.finished(execution, timeout=60)["state"] == "failed"
    step = admin.branches(execution)[0]["steps"][0]
    assert (step["truncated"], step["exit_code"]) == (True, 3)
    stored = admin.log(execution)
    assert stored.startswith(b"x" * 900_000)
    assert len(stored) < 1_100_000
    assert b"limit" in stored[-200:]


def test_the_whole_log_says_where_each_part_comes_from(admin: Api, fleet: Fleet) -> None:
    execution = admin.run("echo out; echo err >&2", fleet.filter)
    admin.finished(execution)
    whole = admin.raw("GET", f"/api/executions/{execution}/log").text

    for target in fleet.targets:
        assert target["name"] in whole
    assert whole.count("out\n") == whole.count("err\n") == len(fleet.targets)


def test_a_broken_connection_is_reported_as_such(admin: Api, fleet: Fleet) -> None:
    # The process that serves this session kills itself from below.
    execution = admin.run("echo before; sleep 0.5; kill -9 $PPID; sleep 5; echo after", fleet.one())
    ended = admin.finished(execution)

    assert ended["state"] in ("failed", "lost")
    branch = admin.branches(execution)[0]
    assert branch["cause"] or branch["steps"][0]["cause"]
    assert admin.log(execution) == b"before\n"


def test_a_command_that_detaches_does_not_hold_the_run(admin: Api, fleet: Fleet) -> None:
    execution = admin.run("setsid sleep 300 >/dev/null 2>&1 </dev/null & echo detached $!", fleet.one())

    assert admin.finished(execution)["state"] == "succeeded"
    word, pid = admin.log(execution).split()
    assert word == b"detached"
    admin.finished(admin.run(f"kill {int(pid)}", fleet.one()))


def test_exit_codes_and_signals_are_told_apart(admin: Api, fleet: Fleet) -> None:
    code = admin.run("exit 7", fleet.one())
    signal = admin.run("kill -SEGV $$", fleet.one())

    assert admin.finished(code)["state"] == "failed"
    assert admin.branches(code)[0]["steps"][0]["exit_code"] == 7
    assert admin.finished(signal)["state"] == "failed"
    assert "SEGV" in str(admin.branches(signal)[0]["steps"][0]["cause"])
