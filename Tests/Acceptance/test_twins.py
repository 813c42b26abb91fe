"""Two of each service on the same databases behave as one, also about who signed in and who may do what."""
import uuid
from collections.abc import Iterator

import pytest

from harness.api import PASSWORD, Api, add_user, browser_session, set_up
from harness.fleet import Fleet
from harness.live import Live, output_of
from harness.marks import split_only
from harness.picture import NAMES, Picture
from harness.processes import pids_with
from harness.sshd import Sshd
from harness.waiting import until

pytestmark = split_only

JOB = """
name: {name}
targets: "{targets}"
steps:
  - name: say
    command: echo {name}
"""


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Picture]:
    """One of each."""
    whole = Picture(tmp_path_factory.mktemp("twins")).start()
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
    return Fleet(api, sshd, "twins")


def test_two_of_each_service_behave_as_one(picture: Picture, api: Api, machines: Fleet) -> None:
    twins = {service: picture.part(service).start() for service in NAMES}
    there = {service: Api(twin.base, bearer=api.bearer) for service, twin in twins.items()}
    try:
        # What is made at one is there at the other, and two that save at once do not overwrite each other.
        target = there["targets"].post("/api/targets", {"name": "twin", "tags": ["a"]})
        assert api.get("/api/targets/twin") == target
        saved = api.put("/api/targets/twin", {"name": "twin", "tags": ["b"], "revision": target["revision"]})
        stale = there["targets"].raw("PUT", "/api/targets/twin", json={"name": "twin", "tags": ["c"], "revision": target["revision"]})
        assert stale.status_code == 412 and there["targets"].get("/api/targets/twin") == saved
        serials = [side.post("/api/targets", {"name": f"twin-{number}"})["serial"] for number, side in enumerate([api, there["targets"]] * 5)]
        assert len(set(serials)) == 10

        # A job that was made at one is run at the other, the run is started at one and watched live at the other, both ways.
        job = there["jobs"].post("/api/jobs", {"yaml": JOB.format(name="twins", targets=machines.filter)})
        for start, watch in [(api, there["executions"]), (there["executions"], api)]:
            execution = start.run("echo both", machines.filter)
            with Live(watch) as live:
                live.follow(execution)
                entries = live.entries_until_end()
            assert [output_of(entries, branch, 1) for branch in range(1, 6)] == ["both\n"] * 5
            assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
        ended = api.finished(api.post(f"/api/jobs/{job['serial']}/run")["id"])
        assert ended["state"] == "succeeded"
        marker = f"twin-{uuid.uuid4().hex}"
        execution = there["executions"].run(f"sh -c 'sleep 60; :' {marker}", machines.one())
        until(lambda: pids_with(marker), 20, "the command running")
        api.post(f"/api/executions/{execution}/cancel")
        until(lambda: there["executions"].execution(execution)["state"] == "cancelled", 20, "the cancellation")
        assert not pids_with(marker)

        # Who signs in at one is known to the other, and who is changed at one is changed for all.
        account = there["users"].post("/api/users", {"username": "twin", "role": "viewer"})
        assert api.get("/api/users/twin")["id"] == account["id"]
        link = there["auth"].post("/api/auth/links", {"user": account["id"]})
        redeemed = Api(picture.base).post(
            "/api/auth/redeem", {"token": link["path"].partition("token=")[2], "password": PASSWORD, "kind": "token"})
        viewer = Api(twins["targets"].base, bearer=redeemed["access_token"])
        assert viewer.raw("GET", "/api/targets").status_code == 200
        there["users"].delete("/api/users/twin")
        until(lambda: viewer.raw("GET", "/api/targets").status_code == 401, 2, "the user being gone for everybody")
    finally:
        for twin in twins.values():
            twin.stop()


def test_what_changes_a_sign_in_is_known_to_every_service_at_once(picture: Picture, api: Api) -> None:
    user = add_user(picture, api, "passing", "operator")
    session = browser_session(picture, "passing")
    paths = ["/api/targets", "/api/jobs", "/api/executions", "/api/users", "/api/auth/sessions"]
    until(lambda: session.raw("POST", "/api/targets/tags", json={"filter": "name = nobody", "add": ["x"]}).status_code == 200, 10, "an operator tagging")
    for path in paths[:3]:
        assert session.raw("GET", path).status_code == 200, path

    account = api.get("/api/users/passing")
    api.put("/api/users/passing", {"username": "passing", "role": "viewer", "revision": account["revision"]})
    # The bell rings over Redis: within a moment, and long before what is remembered would be asked again.
    until(lambda: session.raw("POST", "/api/targets/tags", json={"filter": "name = nobody", "add": ["x"]}).status_code == 403, 2, "a viewer being refused")

    session.post("/api/auth/logout", {})
    for path in paths[:3]:
        until(lambda path=path: session.raw("GET", path).status_code == 401, 2, f"{path} knowing of the end")
    assert user.raw("GET", "/api/targets").status_code == 200
    api.delete("/api/users/passing")
    for path in paths[:3]:
        until(lambda path=path: user.raw("GET", path).status_code == 401, 2, f"{path} knowing that the user is gone")


def test_failed_sign_ins_of_an_address_are_counted_by_all_auth_services_together(picture: Picture, api: Api) -> None:
    other = picture.part("auth").start()
    try:
        answers = []
        for number in range(24):
            base = picture.base if number % 2 else other.base
            guess = {"username": f"guess-{number}", "password": "wrong wrong wrong wrong"}
            answers.append(Api(base).raw("POST", "/api/auth/login", json=guess).status_code)
    finally:
        other.stop()
    assert answers.count(401) <= 20 and answers[-1] == 429, answers
