"""Every change is in the audit log with who, from where, before and after; nothing is lost, nothing can be changed unseen, and it leaves the installation."""
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import audit
from harness.api import PASSWORD, Api, add_user, set_up
from harness.cli import Cli
from harness.engine import IS_SPLIT
from harness.fleet import Fleet
from harness.marks import embedded_only
from harness.rsyslog import Rsyslog
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until


class Audited:
    """An installation whose heads and entries leave it."""

    def __init__(self, folder: Path, sshd: Sshd) -> None:
        self.heads = folder / "heads"
        self.heads.mkdir()
        self.syslog = Rsyslog("tcp").start()
        self.server = Server(folder / "server", AUDIT_HEADS_DIR=str(self.heads), AUDIT_SYSLOG_URL=self.syslog.url).start()
        self.admin = set_up(self.server)
        self.fleet = Fleet(self.admin, sshd, "audited")
        self.cli = Cli(folder)
        assert self.cli.login(self.server.base).returncode == 0

    def stop(self) -> None:
        """Ends everything."""
        self.server.stop()
        self.syslog.stop()


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory, sshd: Sshd) -> Iterator[Audited]:
    """The installation."""
    installation = Audited(tmp_path_factory.mktemp("audited"), sshd)
    yield installation
    installation.stop()


def changed(api: Api, audited: Audited) -> list[tuple[str, dict[str, Any]]]:
    """Changes something of every kind; returns the actions with what the entry of each must be found by."""
    mark = uuid.uuid4().hex[:8]
    group = api.post("/api/targets/groups", {"name": f"g-{mark}", "filter": audited.fleet.filter})
    api.put(f"/api/targets/groups/{group['id']}", {"name": f"g-{mark}", "filter": "all"})
    api.delete(f"/api/targets/groups/{group['id']}")
    credential = api.post("/api/targets/credentials", {"name": f"c-{mark}", "kind": "password", "username": "u", "password": "first secret"})
    body = {"name": f"c-{mark}", "kind": "password", "username": "v", "password": "second secret"}
    api.put(f"/api/targets/credentials/{credential['id']}", body)
    api.delete(f"/api/targets/credentials/{credential['id']}")
    target = api.post("/api/targets", {"name": f"t-{mark}", "environment": "test"})
    api.put(f"/api/targets/{target['id']}", {"name": f"t-{mark}", "environment": "production"})
    api.post("/api/targets/tags", {"filter": f"name = t-{mark}", "add": [mark]})
    api.delete(f"/api/targets/{target['id']}")
    job = {"name": f"j-{mark}", "targets": audited.fleet.filter, "steps": [{"name": "one", "command": "true"}]}
    made = api.post("/api/jobs", {"definition": job})
    api.put(f"/api/jobs/{made['id']}", {"definition": job | {"description": "changed"}})
    run = api.post(f"/api/jobs/{made['id']}/run", {})
    api.finished(run["id"])
    api.log(run["id"])
    api.delete(f"/api/jobs/{made['id']}")
    user = api.post("/api/users", {"username": f"u-{mark}", "role": "viewer"})
    api.post("/api/auth/links", {"user": user["id"]})
    api.put(f"/api/users/{user['id']}", {"username": f"u-{mark}", "role": "operator"})
    api.delete(f"/api/users/{user['id']}")
    guard = api.get("/api/executions/guard")
    api.put("/api/executions/guard", {"most_targets": 900, "production": guard["production"]})
    api.put("/api/executions/retention", {"output_days": 900})
    api.post(f"/api/executions/{run['id']}/keep", {"keep": True})
    return [
        *((f"target_group.{verb}", {"object": group["id"]}) for verb in ("created", "updated", "deleted")),
        *((f"credential.{verb}", {"object": credential["id"]}) for verb in ("created", "updated", "deleted")),
        *((f"target.{verb}", {"object": target["id"]}) for verb in ("created", "updated", "deleted")), ("targets.tagged", {"text": mark}),
        *((f"job.{verb}", {"object": made["id"]}) for verb in ("created", "updated", "deleted")),
        *((f"execution.{verb}", {"object": run["id"]}) for verb in ("started", "ended", "output_read", "kept")),
        *((f"user.{verb}", {"object": user["id"]}) for verb in ("created", "updated", "deleted")), ("auth.link_made", {"object": user["id"]}),
        ("auth.access_ended", {"object": user["id"]}), ("guard.updated", {}), ("retention.updated", {})]


def test_every_kind_of_change_has_its_entry_with_who_and_from_where(audited: Audited) -> None:
    for action, query in changed(audited.admin, audited):
        found = audit.entry(audited.admin, action=action, **query)
        record = found["record"]
        if action == "execution.ended":
            assert (record["actor"]["kind"], record["actor"]["name"]) == ("service", "executions")
            continue
        assert (record["actor"]["kind"], record["actor"]["name"], record["actor"]["role"]) == ("user", "admin", "administrator"), found
        assert record["address"] == "127.0.0.1" and record["request_id"], found
        assert "python-requests" in record["user_agent"], found
        if action.endswith(".created"):
            assert found.get("before") is None and found["after"], found
        if action.endswith(".updated"):
            assert found["before"] and found["after"] and found["differences"], found
        if action.endswith(".deleted"):
            assert found["before"] and found.get("after") is None, found


def test_before_and_after_say_what_changed_and_no_secret(audited: Audited) -> None:
    target = audit.entry(audited.admin, action="target.updated")
    assert {"pointer": "/environment", "before": "test", "after": "production"} in target["differences"]
    credential = audit.entry(audited.admin, action="credential.updated")
    assert credential["record"]["detail"] == "Set anew: password." and "username" in credential["record"]["changed"]
    job = audit.entry(audited.admin, action="job.updated")
    assert job["record"]["detail"] == "Version 1 became version 2."
    text = b"\n".join(audit.exported(audited.admin))
    assert b"first secret" not in text and b"second secret" not in text and PASSWORD.encode() not in text


def test_credentials_that_a_worker_gets_are_told_once_for_each_run(audited: Audited) -> None:
    run = audited.admin.run("true", audited.fleet.filter)
    audited.admin.finished(run)
    until(lambda: audit.entries(audited.admin, action="execution.ended", object=run), 10, "the end in the log")
    used = [audited.admin.get(f"/api/audit/{entry['id']}") for entry in audit.entries(audited.admin, action="credential.", text=run)]
    assert [entry["record"]["action"] for entry in used] == ["credential.used"]
    assert used[0]["record"]["actor"]["kind"] == "worker" and used[0]["after"]["execution"] == run


def test_what_the_command_line_does_says_so(audited: Audited) -> None:
    name = f"cli-{uuid.uuid4().hex[:8]}"
    audited.cli.ok("target", "add", name)
    record = audit.entry(audited.admin, action="target.created", object=name)["record"]
    assert record["actor"]["name"] == "admin" and record["user_agent"].startswith("opsconductor"), record


def test_one_request_through_two_services_is_one_in_the_log(audited: Audited) -> None:
    user = audited.admin.post("/api/users", {"username": f"two-{uuid.uuid4().hex[:8]}", "role": "viewer"})
    audited.admin.put(f"/api/users/{user['id']}", {"username": user["username"], "role": "viewer", "is_active": False})
    disabled = audit.entry(audited.admin, action="user.updated", object=user["id"])["record"]
    ended = audit.entry(audited.admin, action="auth.access_ended", object=user["id"])["record"]
    assert (disabled["source"], ended["source"]) == ("users", "auth")
    assert disabled["request_id"] == ended["request_id"] and ended["actor"]["name"] == "admin" and ended["address"] == "127.0.0.1"


def test_sign_ins_are_told_and_a_wrong_name_is_not(audited: Audited) -> None:
    vera = add_user(audited.server, audited.admin, f"vera-{uuid.uuid4().hex[:6]}", "viewer")
    me = vera.get("/api/auth/me")
    stranger = Api(audited.server.base)
    typed = f"my-password-{uuid.uuid4().hex}"
    for name in (me["username"], typed):
        assert stranger.raw("POST", "/api/auth/login", json={"username": name, "password": "wrong"}).status_code == 401
    assert audit.entry(audited.admin, action="auth.link_redeemed", object=me["id"])["record"]["actor"]["name"] == me["username"]
    refused = audit.entry(audited.admin, action="auth.sign_in_refused", object=me["id"])["record"]
    assert (refused["actor"]["kind"], refused["address"]) == ("anonymous", "127.0.0.1")
    assert audit.entry(audited.admin, action="auth.sign_in_refused", object="unknown")
    assert audit.entries(audited.admin, text=typed) == []


def test_evidence_of_a_run_is_signed_and_checked_away_from_the_server(audited: Audited, tmp_path: Path) -> None:
    run = audited.admin.run("echo proved", audited.fleet.filter)
    serial = audited.admin.finished(run)["serial"]
    until(lambda: audit.entries(audited.admin, action="execution.ended", object=run), 10, "the end in the log")
    file = tmp_path / "evidence.json"
    audited.cli.ok("audit", "evidence", serial, "-o", file, "--outputs")
    key = audited.admin.get("/api/audit/keys")["items"][0]["public_key"]
    alone = Cli(tmp_path / "elsewhere")
    said = alone.ok("audit", "check", file, "--key", key)
    assert serial in said and "it is as it was signed" in said
    document = json.loads(file.read_text())["document"]
    actions = {entry["entry"]["action"] for entry in document["audit"]}
    assert {"execution.started", "execution.ended", "credential.used"} <= actions
    assert len(document["branches"]) == len(document["outputs"]) == 5 and document["execution"]["execution"]["started_by"] == "admin"
    file.write_text(file.read_text().replace('"started_by":"admin"', '"started_by":"nobody"', 1))
    assert alone.run("audit", "check", file, "--key", key).returncode == 1


def test_an_export_verifies_without_the_product_and_with_it(audited: Audited, tmp_path: Path) -> None:
    lengths = audit.check(audit.exported(audited.admin))
    assert {"auth", "users", "targets", "jobs", "executions", "audit"} <= set(lengths)
    file = tmp_path / "log.jsonl"
    audited.cli.ok("audit", "export", "-o", file)
    key = audited.admin.get("/api/audit/keys")["items"][0]["public_key"]
    heads = tmp_path / "heads.jsonl"
    heads.write_text(audited.cli.ok("audit", "heads", "--lines"))
    assert "as they were written" in audited.cli.ok("audit", "verify", "--file", file, "--heads", heads, "--key", key)
    assert "as they were written" in audited.cli.ok("audit", "verify", "--heads", heads)
    lines = file.read_bytes().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if b'"action":"target.created"' in line)
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_bytes(b"".join([*lines[:place], lines[place].replace(b'"target.created"', b'"target.deleted"'), *lines[place + 1:]]))
    found = audited.cli.run("audit", "verify", "--file", wrong)
    number = json.loads(lines[place])["entry"]["number"]
    assert found.returncode == 1 and f"targets {number}: " in found.stdout, found.stdout + found.stderr


def test_everything_reaches_syslog_and_heads_reach_their_directory(audited: Audited) -> None:
    name = f"far-{uuid.uuid4().hex[:8]}"
    audited.admin.post("/api/targets", {"name": name})
    expected = audit.entry(audited.admin, action="target.created", object=name)
    def arrived() -> dict[str, str] | None:
        return next((message for message in audited.syslog.messages() if name in message["text"]), None)
    message = until(arrived, 20, "the message at the syslog server")
    assert (message["app"], message["kind"], message["pri"]) == ("opsconductor", "target.created", "109")
    assert f'number="{expected["record"]["number"]}"' in message["data"] and f'hash="{expected["hash"]}"' in message["data"]
    assert json.loads(message["text"])["object"]["name"] == name
    until(lambda: (audited.heads / "heads.jsonl").exists(), 90, "a head outside")
    head = json.loads((audited.heads / "heads.jsonl").read_text().splitlines()[0])
    assert head["type"] == "opsconductor audit head" and head["signature"]


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_a_syslog_server_that_was_away_gets_what_it_missed(tmp_path: Path, way: str) -> None:
    if IS_SPLIT:
        pytest.skip("the same code; once is enough")
    syslog = Rsyslog(way)
    if way == "tls":
        syslog.start().stop()
    server = Server(tmp_path / "server", AUDIT_SYSLOG_URL=syslog.url).start()
    try:
        admin = set_up(server)
        for number in range(20):
            admin.post("/api/targets", {"name": f"early-{number}"})
        syslog.start()
        for number in range(20):
            admin.post("/api/targets", {"name": f"late-{number}"})
        def names() -> set[str]:
            return {json.loads(message["text"])["object"]["name"] for message in syslog.messages() if message["kind"] == "target.created"}
        wanted = {f"late-{number}" for number in range(20)}
        # A datagram to nobody is gone.
        wanted |= set() if way == "udp" else {f"early-{number}" for number in range(20)}
        until(lambda: wanted <= names(), 30, f"all messages over {way}")
        chain = [message for message in syslog.messages() if 'source="targets"' in message["data"] and message["kind"] != "audit.head"]
        numbers = list(dict.fromkeys(json.loads(message["text"])["number"] for message in chain))
        assert numbers == sorted(numbers)
    finally:
        server.stop()
        syslog.stop()


def test_no_row_is_lost_when_a_service_dies_between_commit_and_delivery(tmp_path: Path) -> None:
    server = Server(tmp_path / "server").start()
    try:
        admin = set_up(server)
        names = []
        for number in range(6):
            if IS_SPLIT and number % 2 == 0:
                server.parts["audit"].kill()
            names.append(f"lost-{number}")
            admin.post("/api/targets", {"name": names[-1]})
            victim = server.parts["targets"] if IS_SPLIT else server
            victim.kill()
            if IS_SPLIT and number % 2 == 0:
                server.parts["audit"].start()
            victim.start()
        for name in names:
            audit.entry(admin, action="target.created", object=name)
            assert len(audit.entries(admin, action="target.created", object=name)) == 1
        audit.check(audit.exported(admin))
    finally:
        server.kill()


@embedded_only
def test_the_database_is_checked_while_the_server_is_down(tmp_path: Path) -> None:
    import sqlite3

    server = Server(tmp_path / "server").start()
    admin = set_up(server)
    for number in range(5):
        admin.post("/api/targets", {"name": f"target-{number}"})
    audit.entry(admin, action="target.created", object="target-4")
    server.stop()
    cli = Cli(tmp_path)
    cli.environment |= {"DATA_DIR": str(server.data), "SECRET_KEY_FILE": str(tmp_path / "server" / "secret.key")}
    assert "as they were written" in cli.ok("audit", "verify", "--database")
    database = sqlite3.connect(server.data / "audit.db")
    database.execute("UPDATE audit_entries SET object_name = 'x' WHERE source = 'targets' AND number = 3")
    database.commit()
    database.close()
    found = cli.run("audit", "verify", "--database")
    assert found.returncode == 1 and "targets 3: " in found.stdout, found.stdout + found.stderr


def test_who_may_not_read_the_log_does_not(audited: Audited) -> None:
    olga = add_user(audited.server, audited.admin, f"olga-{uuid.uuid4().hex[:6]}", "operator")
    for path in ("/api/audit", "/api/audit/export", "/api/audit/chains", "/api/audit/heads"):
        assert olga.raw("GET", path).status_code == 403
    assert olga.raw("POST", "/api/audit/verify", json={}).status_code == 403
    assert olga.get("/api/audit/keys")["items"]
