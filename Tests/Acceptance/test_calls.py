"""Jobs that call jobs: from YAML to what the targets did."""
import uuid
from typing import Any

import pytest

from harness.api import Api, ApiProblem
from harness.fleet import Fleet

DEPLOY = """\
name: deploy {name}
parameters:
  - {{name: version, type: string, required: true, pattern: '[0-9.]+'}}
  - {{name: token, type: secret}}
outputs: {{port: steps.start.outputs.port}}
steps:
  - name: fetch
    script: {{text: "printf %s {{{{ parameters.token }}}} | wc -c; echo {{{{ parameters.token }}}}"}}
  - name: start
    command: echo version {{{{ parameters.version }}}} on port 8$(printf %s {{{{ target.name }}}} | tail -c 1)
    outputs: {{port: {{pattern: 'port ([0-9]+)'}}}}
    rollback: {{command: "echo stopped {{{{ parameters.version }}}}"}}
"""

RELEASE = """\
name: release {name}
targets: {targets}
parameters:
  - {{name: version, type: string}}
  - {{name: key, type: secret}}
  - {{name: end, type: integer, default: 0}}
steps:
  - name: deploy
    job: deploy {name}
    parameters: {{version: '{{{{ parameters.version }}}}', token: '{{{{ parameters.key }}}}'}}
  - name: tell
    command: echo reached {{{{ steps.deploy.outputs.port }}}}; exit {{{{ parameters.end }}}}
"""


@pytest.fixture
def name(admin: Api, fleet: Fleet) -> str:
    """A pair of jobs, applied from two files, the caller first."""
    name = uuid.uuid4().hex[:8]
    files = [
        {"name": "release.yaml", "yaml": RELEASE.format(name=name, targets=fleet.filter)},
        {"name": "deploy.yaml", "yaml": DEPLOY.format(name=name)},
    ]
    receipt = admin.post("/api/jobs/apply", {"files": files})
    assert receipt["applied"], receipt
    return name


def ended(api: Api, serial: str) -> dict[str, Any]:
    """Waits for the end of a run; returns it with its definition."""
    api.finished(serial)
    return api.get(f"/api/executions/{serial}")


def test_a_called_job_runs_with_what_was_passed_and_gives_back_what_it_says(admin: Api, fleet: Fleet, name: str) -> None:
    values = {"parameters": {"version": "1.2", "key": "hush-hush-hush"}}
    plan = admin.post(f"/api/jobs/release {name}/plan", values)
    assert [step["name"] for step in plan["targets"][0]["steps"]] == ["deploy", "deploy / fetch", "deploy / start", "tell"]
    assert plan["targets"][0]["steps"][0]["job"] == f"deploy {name}, version 1"
    assert "1.2" in plan["targets"][0]["steps"][2]["text"]
    assert "hush" not in str(plan)

    serial = admin.post(f"/api/jobs/release {name}/run", {**values, "plan": plan["hash"]})["serial"]
    run = ended(admin, serial)

    assert run["execution"]["state"] == "succeeded"
    assert run["definition"]["steps"][0]["called"]["version"] == 1
    branches = admin.get(f"/api/executions/{serial}/branches")["items"]
    assert len(branches) == len(fleet.targets)
    for branch in branches:
        port = "8" + branch["target_name"][-1]
        assert [step["state"] for step in branch["steps"]] == ["succeeded"] * 4
        assert branch["steps"][0]["outputs"] == {"port": port}
    assert admin.log(serial, 1, 2) == b"14\n\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\n"
    assert admin.log(serial, 1, 4) == f"reached 8{branches[0]['target_name'][-1]}\n".encode()


def test_rollbacks_of_a_called_job_run_when_the_caller_fails_and_resuming_keeps_its_results(admin: Api, name: str) -> None:
    values = {"parameters": {"version": "3", "key": "hush-hush-hush", "end": 4}}
    serial = admin.post(f"/api/jobs/release {name}/run", values)["serial"]
    run = ended(admin, serial)

    assert run["execution"]["state"] == "failed"
    steps = admin.get(f"/api/executions/{serial}/branches")["items"][0]["steps"]
    assert steps[-1]["name"] == "deploy / start (rollback)"
    assert steps[-1]["state"] == "succeeded"

    again = admin.post(f"/api/executions/{serial}/rerun", {"scope": "failed", "resume": True})["serial"]
    ended(admin, again)
    results = admin.get(f"/api/executions/{again}/branches")["items"][0]["steps"]
    assert results[1]["cause"] == f"Kept from {serial}."
    assert [step["state"] for step in results[:4]] == ["succeeded", "succeeded", "succeeded", "failed"]


def test_a_run_keeps_its_version_of_the_called_job_and_a_deleted_one_refuses_the_next_start(admin: Api, name: str) -> None:
    values = {"parameters": {"version": "1", "key": "hush-hush-hush"}}
    plan = admin.post(f"/api/jobs/release {name}/plan", values)
    admin.put(f"/api/jobs/deploy {name}", {"yaml": DEPLOY.format(name=name).replace("on port", "at port").replace("'port", "'at port")})

    with pytest.raises(ApiProblem) as drift:
        admin.post(f"/api/jobs/release {name}/run", {**values, "plan": plan["hash"]})
    assert drift.value.status == 409

    serial = admin.post(f"/api/jobs/release {name}/run", values)["serial"]
    assert ended(admin, serial)["definition"]["steps"][0]["called"]["version"] == 2
    admin.delete(f"/api/jobs/deploy {name}")
    with pytest.raises(ApiProblem) as gone:
        admin.post(f"/api/jobs/release {name}/run", values)
    assert gone.value.status == 409
    assert f"there is no job deploy {name} to call" in str(gone.value)
    again = admin.post(f"/api/executions/{serial}/rerun", {"scope": "all"})["serial"]
    assert ended(admin, again)["execution"]["state"] == "succeeded"
