"""What ends, fails or recovers reaches people: by mail and by signed webhook, once, over servers that are real."""
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import ApiProblem
from harness.cli import Cli
from harness.outside import PASSWORD
from harness.telling import Scene, telling
from harness.waiting import until

SECRET = "signing-" + uuid.uuid4().hex


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene."""
    with telling(tmp_path_factory.mktemp("telling")) as made:
        yield made


def genuine(request: dict[str, Any]) -> bool:
    """Whether a request is signed as documented."""
    signed = f"{request['headers']['x-opsconductor-timestamp']}.{request['body']}".encode()
    return request["headers"]["x-opsconductor-signature"] == "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def test_a_failing_run_and_its_recovery_arrive_by_mail_and_by_signed_webhook_once(scene: Scene, tmp_path: Path) -> None:
    flag = tmp_path / "broken"
    flag.touch()
    job = scene.job(f"test ! -e {flag}")
    name = job["definition"]["name"]
    scene.channel("signed", "/signed", signing_secret=SECRET, headers={"X-Key": "v4lue"})
    scene.route("both", ["failed", "recovered", "succeeded"], ["mail", "signed"], [name])

    failed = scene.run(job)
    flag.unlink()
    recovered = scene.run(job)
    requests = scene.world.await_requests("/signed", 2)
    mails = scene.world.await_mails(2)
    until(lambda: all(one["state"] == "sent" for one in scene.deliveries(recovered["serial"])), 20, "all deliveries")

    assert (failed["state"], recovered["state"]) == ("failed", "succeeded")
    assert [genuine(request) for request in requests] == [True, True]
    bodies = [json.loads(request["body"]) for request in requests]
    assert [body["events"][0]["event"]["kind"] for body in bodies] == ["failed", "recovered"]
    assert [body["events"][0]["execution"]["state"] for body in bodies] == ["failed", "succeeded"]
    assert bodies[0]["events"][0]["execution"]["url"] == f"https://ops.example/runs/{failed['serial']}"
    assert [mail["to"] for mail in mails] == [["a@example.org", "b@example.org"]] * 2
    assert all(mail["tls"] and mail["server"] == "starttls" for mail in mails)
    assert [f"({run['serial']})" in mail["subject"] for run, mail in zip((failed, recovered), mails)] == [True, True]
    assert [mail["id"] for mail in mails] == [f"<{mail['delivery']}@example.org>" for mail in mails]
    for run in (failed, recovered):
        log = scene.deliveries(run["serial"])
        assert [(one["state"], one["attempts"]) for one in log] == [("sent", 1), ("sent", 1)]
        told = {request["headers"]["x-opsconductor-delivery"] for request in requests} | {mail["delivery"] for mail in mails}
        assert {one["id"] for one in log} <= told
    assert len(scene.world.requests("/signed")) == 2
    assert len(scene.world.mails()) == 2
    assert "v4lue" not in json.dumps(scene.admin.get("/api/notifications/channels"))


def test_what_fails_is_tried_again_under_the_same_id(scene: Scene) -> None:
    job = scene.job("false")
    scene.channel("flaky", "/flaky/one/1")
    scene.route("flaky", ["failed"], ["flaky"], [job["definition"]["name"]])

    run = scene.run(job)
    requests = scene.world.await_requests("/flaky/one/1", 2)
    delivery = until(lambda: scene.deliveries(run["serial"]) and scene.deliveries(run["serial"])[0]["state"] == "sent" and
                     scene.deliveries(run["serial"])[0], 20, "the delivery")

    assert len({request["headers"]["x-opsconductor-delivery"] for request in requests}) == 1
    shown = scene.admin.get(f"/api/notifications/deliveries/{delivery['id']}")
    assert [(one["sent"], one["answer"]) for one in shown["history"]] == [(False, "HTTP 503"), (True, "HTTP 200")]


def test_a_mail_server_that_stalls_after_data_gets_the_message_again_under_its_id(scene: Scene) -> None:
    scene.world.memory("stalls", "1")
    assert scene.mail_server("mail_stalls")["server"]["has_password"]
    job = scene.job("false")
    scene.route("stalls", ["failed"], ["mail"], [job["definition"]["name"]])
    before = len(scene.world.mails())

    run = scene.run(job)
    mails = scene.world.await_mails(before + 2, timeout=100)[before:]
    until(lambda: scene.deliveries(run["serial"])[0]["state"] == "sent", 20, "the delivery")
    scene.mail_server()

    assert [mail["answered"] for mail in mails] == [False, True]
    assert len({mail["id"] for mail in mails}) == 1


def test_a_killed_service_sends_again_under_the_same_id(scene: Scene) -> None:
    job = scene.job("false")
    scene.channel("slow", "/slow")
    scene.route("slow", ["failed"], ["slow"], [job["definition"]["name"]])
    run = scene.run(job)
    first = scene.world.await_requests("/slow", 1)[0]

    victim = getattr(scene.server, "parts", {}).get("notifications", scene.server)
    victim.kill()
    victim.start()
    again = scene.world.await_requests("/slow", 2, timeout=40)[1]
    delivery = scene.deliveries(run["serial"])[0]
    scene.admin.delete("/api/notifications/routes/slow")

    assert first["headers"]["x-opsconductor-delivery"] == again["headers"]["x-opsconductor-delivery"] == delivery["id"]
    assert json.loads(again["body"])["events"] == json.loads(first["body"])["events"]


def test_mail_servers_that_are_wrong_say_what_they_are(scene: Scene) -> None:
    def answer(port: str, **more: Any) -> str:
        scene.mail_server(port, **more)
        test = scene.admin.post("/api/notifications/mail-server/test", {"recipient": "a@example.org"})
        return "sent" if test["sent"] else test["answer"]

    assert "does not take the login" in answer("mail", password="wrong")
    assert "no trusted TLS connection" in answer("mail_untrusted")
    assert "no trusted TLS connection" in answer("mail_plain")
    assert answer("mail_tls", security="tls") == "sent"
    assert answer("mail_plain", security="none", username=None, password=None) == "sent"
    assert answer("mail") == "sent"
    assert PASSWORD not in scene.server.log


def test_templates_that_loop_or_explode_are_refused_or_cut(scene: Scene) -> None:
    for body, words in [
        ("{% for x in range(0, 9) %}x{% endfor %}", "no loops"), ("{{ while }}", "There is no"), ("{{ 1 +", "not closed"),
    ]:
        with pytest.raises(ApiProblem) as refused:
            scene.route("bad", ["failed"], ["mail"], body=body)
        assert words in refused.value.text, refused.value.text
    shown = scene.admin.post("/api/notifications/preview", {"body": "{{ join(range(0, 9999), \"xxxxxxxx\") }}" * 10})
    assert "was cut here" in shown["body"]
    assert len(shown["body"].encode()) <= 20_000


def test_an_alert_opens_is_acknowledged_and_ends_by_itself(scene: Scene, tmp_path: Path) -> None:
    flag = tmp_path / "broken"
    flag.touch()
    job = scene.job(f"test ! -e {flag}")
    subject = f"job {job['definition']['name']}"

    def alert(all_: bool = True) -> dict[str, Any] | None:
        found = scene.admin.get("/api/notifications/alerts", all=str(all_).lower(), limit=500)["items"]
        return next((one for one in found if one["subject"] == subject), None)

    scene.run(job)
    opened = until(alert, 20, "the alert")
    mine = scene.admin.post(f"/api/notifications/alerts/{opened['id']}/acknowledge", {"note": "on it"})
    scene.run(job)
    until(lambda: alert()["events"] == 2, 20, "the second failure")
    flag.unlink()
    scene.run(job)
    until(lambda: alert(False) is None, 20, "the end of the alert")
    ended = alert()

    assert (opened["state"], mine["state"], mine["acknowledged_by"], mine["note"]) == ("open", "acknowledged", "admin", "on it")
    assert (ended["state"], "resolved_by" in ended and ended["resolved_by"]) in [("resolved", False), ("resolved", None)]


def test_everything_works_on_the_command_line(scene: Scene, tmp_path: Path) -> None:
    terminal = Cli(tmp_path)
    terminal.login(scene.server.base)
    cli = terminal.ok
    (tmp_path / "url").write_text(scene.world.url("/cli") + "\n")
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "route.json").write_text(json.dumps({"name": "cli", "filter": {"kinds": ["failed"], "jobs": ["nothing"]}, "channels": ["cli"]}))

    assert "Added cli" in cli("channel", "create", "cli", "--kind", "webhook", "--url-file", tmp_path / "url", "--secret-file", tmp_path / "secret")
    assert "Sent as" in cli("channel", "test", "cli")
    assert "cli: revision 1" in cli("notification", "route", "apply", tmp_path / "route.json")
    assert "cli: revision 2" in cli("notification", "route", "apply", tmp_path / "route.json")
    assert "nightly-backup" in cli("notification", "route", "preview", "cli")
    assert "cli" in cli("notification", "route", "list")
    assert cli("notification", "deliveries", "--channel", "cli").strip() == "Nothing was sent."
    assert "starttls" in cli("mail-server", "show")
    assert genuine(scene.world.requests("/cli")[0])
    cli("notification", "route", "delete", "cli")
    assert "Deleted cli" in cli("channel", "delete", "cli")
    assert "ID" in cli("alert", "list", "--all").splitlines()[0]
