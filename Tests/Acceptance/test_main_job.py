"""The main job from the first credential to the history after a crash."""
import shlex
import uuid

import pytest

from harness.api import Api, ApiProblem, set_up
from harness.fleet import Fleet, add_key_credential, add_target, pin_after_test
from harness.live import Live, output_of
from harness.processes import pids_with
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until

TWO_STEPS = """\
# Counts on every machine.
name: count-{name}
targets: {targets}
parameters:
  - name: greeting
    type: string
    required: true
steps:
  - name: say
    command: "printf '%s\\\\n' {{{{ parameters.greeting }}}}; echo oops >&2"
  - name: count
    script:
      interpreter: /bin/sh
      text: |
        for number in $(seq 1 200); do echo "line $number"; done
"""


def save_two_steps(api: Api, targets: str) -> dict:
    """Saves the two-step job for these targets."""
    return api.post("/api/jobs", {"yaml": TWO_STEPS.format(name=uuid.uuid4().hex[:8], targets=targets)})


def test_a_host_key_is_pinned_by_the_connection_test(admin: Api, sshd: Sshd) -> None:
    credential = add_key_credential(admin, sshd, "pinning")
    target = add_target(admin, "pin-me", sshd.addresses[0], sshd.port, credential)
    first = admin.post("/api/targets/pin-me/test")

    assert first["succeeded"] is False
    stages = first["attempts"][0]["stages"]
    assert [stage["name"] for stage in stages] == ["dns", "tcp", "key_exchange", "host_key"]
    key = first["attempts"][0]["presented_key"]
    assert (key["algorithm"], key["blob"]) == sshd.public_host_key

    second = pin_after_test(admin, target["id"])
    assert second["succeeded"], second
    assert [stage["name"] for stage in second["attempts"][0]["stages"]] == [
        "dns", "tcp", "key_exchange", "host_key", "authentication", "shell"]
    assert all(stage["milliseconds"] >= 0 for stage in second["attempts"][0]["stages"])
    admin.delete("/api/targets/pin-me")


def test_every_line_of_a_two_step_job_arrives_live_and_in_order(admin: Api, fleet: Fleet) -> None:
    job = save_two_steps(admin, fleet.filter)
    greeting = "it's; $(reboot) `id` \"quoted\" \\ & | > {{ x }}"
    with Live(admin) as live:
        receipt = admin.post(f"/api/jobs/{job['id']}/run", {"parameters": {"greeting": greeting}})
        live.follow(receipt["id"])
        entries = live.entries_until_end()

    assert receipt["targets"] == len(fleet.targets)
    sequences = [entry["sequence"] for entry in entries]
    assert sequences == list(range(1, len(sequences) + 1))
    counted = "".join(f"line {number}\n" for number in range(1, 201))
    for branch in range(1, len(fleet.targets) + 1):
        assert output_of(entries, branch, 1) == greeting + "\n"
        assert output_of(entries, branch, 1, "stderr") == "oops\n"
        assert output_of(entries, branch, 2) == counted
    execution = admin.finished(receipt["id"])
    assert execution["state"] == "succeeded"
    assert execution["counts"]["succeeded"] == len(fleet.targets)
    for branch in admin.branches(receipt["id"]):
        assert [(step["name"], step["state"], step["exit_code"]) for step in branch["steps"]] == [
            ("say", "succeeded", 0), ("count", "succeeded", 0)]
        assert admin.log(receipt["id"], branch=branch["number"], step=2, stream="stdout") == counted.encode()


def test_a_client_that_was_cut_off_continues_where_it_was(admin: Api, fleet: Fleet) -> None:
    with Live(admin) as live:
        execution = admin.run("for n in 1 2 3 4 5 6; do echo part $n; sleep 0.2; done", fleet.one())
        live.follow(execution)
        before = live.entries_until(lambda entry: entry["kind"] == "output" and "part 2" in entry["text"])
    with Live(admin) as live:
        live.follow(execution, after=before[-1]["sequence"])
        after = live.entries_until_end()

    entries = before + after
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    assert output_of(entries, 1, 1) == "".join(f"part {number}\n" for number in range(1, 7))
    feed = admin.get(f"/api/executions/{execution}/feed", limit=5000)
    assert [entry["sequence"] for entry in feed["entries"]] == [entry["sequence"] for entry in entries]


def test_cancelling_ends_the_process_on_the_target(admin: Api, fleet: Fleet) -> None:
    marker = f"cancel-{uuid.uuid4().hex}"
    # The marker is an argument of both processes; the inner one does not listen to TERM.
    inner = f"trap '' TERM; while :; do sleep 1; done # {marker}"
    execution = admin.run(f"sh -c {shlex.quote(inner)} {marker} & wait", fleet.filter)
    until(lambda: len(pids_with(marker)) >= 2 * len(fleet.targets), 20, "the processes on all targets")

    admin.post(f"/api/executions/{execution}/cancel", {"reason": "enough"})
    ended = admin.finished(execution)

    assert ended["state"] == "cancelled", ended
    assert pids_with(marker) == []
    assert {branch["state"] for branch in admin.branches(execution)} == {"cancelled"}


def test_cancelling_one_branch_leaves_the_others_alone(admin: Api, fleet: Fleet) -> None:
    marker = f"branch-{uuid.uuid4().hex}"
    execution = admin.run(f"for n in $(seq 1 30); do sleep 0.1; done; echo done {marker}", fleet.filter)
    until(lambda: admin.execution(execution)["counts"]["running"] == len(fleet.targets), 20, "all branches running")

    admin.post(f"/api/executions/{execution}/cancel", {"branches": [2]})
    ended = admin.finished(execution)

    states = {branch["number"]: branch["state"] for branch in admin.branches(execution)}
    assert states.pop(2) == "cancelled"
    assert set(states.values()) == {"succeeded"}
    assert ended["counts"]["cancelled"] == 1


def test_a_failure_on_some_targets_can_be_run_again_on_those(admin: Api, fleet: Fleet) -> None:
    flag = fleet.sshd.home / f"flag-{uuid.uuid4().hex}"
    # $SSH_CONNECTION ends with the server's address and port: the first machine fails until the flag is there.
    address = fleet.sshd.addresses[0]
    execution = admin.run(f'set -- $SSH_CONNECTION; [ "$3" != {address} ] || [ -e {flag} ]', fleet.filter)
    first = admin.finished(execution)
    assert (first["state"], first["counts"]["failed"]) == ("failed", 1), admin.branches(execution)

    flag.touch()
    again = admin.post(f"/api/executions/{execution}/rerun", {"scope": "failed"})
    second = admin.finished(again["id"])

    assert again["targets"] == 1
    assert second["state"] == "succeeded"
    assert second["rerun_of"] == first["serial"]


def test_one_idempotency_key_starts_one_execution(admin: Api, fleet: Fleet) -> None:
    key = {"headers": {"Idempotency-Key": uuid.uuid4().hex}}
    body = {"command": "echo once", "targets": fleet.one()}
    first = admin.post("/api/executions", body, **key)
    second = admin.post("/api/executions", body, **key)

    assert first == second
    admin.finished(first["id"])


def test_the_history_survives_restart_and_crash(own_server: Server, sshd: Sshd) -> None:
    own_server.settings["LEASE_SECONDS"] = "5"
    own_server.start()
    admin = set_up(own_server)
    fleet = Fleet(admin, sshd, "crash")
    done = admin.run("echo before; echo more >&2", fleet.filter)
    finished = admin.finished(done)
    logged = admin.log(done)
    marker = f"crash-{uuid.uuid4().hex}"
    cut = admin.run(f"echo started; sleep 60; echo {marker}", fleet.one())
    until(lambda: b"started" in admin.log(cut), 20, "the output of the run that will be cut")

    own_server.kill()
    own_server.start()
    ended = admin.finished(cut)

    assert admin.execution(done) == finished
    assert admin.log(done) == logged
    assert b"started" in admin.log(cut)
    assert ended["state"] == "lost", ended
    assert all(branch["cause"] for branch in admin.branches(cut))
    own_server.restart()
    assert {execution["id"]: execution["state"] for execution in admin.get("/api/executions")["items"]} == {
        done: "succeeded", cut: "lost"}
    with pytest.raises(ApiProblem):
        admin.get("/api/executions/E20990001")
