"""Nobody reaches what only this machine can reach with a URL of his own: in whatever spelling, by redirect, or by a name that changes."""
import json
import socket
import struct
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import process
from harness.api import ApiProblem, set_up
from harness.server import Server
from harness.telling import Scene, telling
from harness.world import World


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene."""
    with telling(tmp_path_factory.mktemp("telling")) as made:
        yield made


@pytest.mark.parametrize("url", [
    "http://127.0.0.2:{port}/inside", "http://2130706434:{port}/inside", "http://0x7f.0.0.2:{port}/inside",
    "http://[::1]:{port}/inside", "http://[::ffff:127.0.0.2]:{port}/inside", "http://[64:ff9b::7f00:2]/", "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/", "http://10.0.0.1/", "http://192.168.1.1/", "http://0.0.0.0:{port}/inside",
])
def test_a_webhook_reaches_no_address_that_was_not_allowed(scene: Scene, url: str) -> None:
    channel = scene.admin.post("/api/notifications/channels", {
        "name": f"inside-{uuid.uuid4().hex[:8]}", "kind": "webhook", "url": url.format(port=scene.world.places["http"])})
    test = scene.admin.post(f"/api/notifications/channels/{channel['id']}/test")

    assert not test["sent"]
    assert "OUTBOUND_ALLOW" in test["answer"], test
    assert scene.world.requests("/inside") == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.org/", "//example.org/", "https://", "javascript:1", ""])
def test_what_is_no_web_address_is_refused(scene: Scene, url: str) -> None:
    with pytest.raises(ApiProblem) as refused:
        scene.admin.post("/api/notifications/channels", {"name": "odd", "kind": "webhook", "url": url})

    assert refused.value.status == 422


def test_a_redirect_is_not_followed(scene: Scene) -> None:
    scene.channel("redirect", "/redirect?to=" + scene.world.url("/redirected", "127.0.0.2"))
    test = scene.admin.post("/api/notifications/channels/redirect/test")

    assert not test["sent"]
    assert "HTTP 307" in test["answer"]
    assert scene.world.requests("/redirected") == []


def test_answers_that_are_huge_and_servers_that_nobody_signed(scene: Scene) -> None:
    scene.channel("huge", "/huge")
    scene.channel("echo", "/echo", headers={"Authorization": "Bearer s3cret-of-the-hook"})
    scene.admin.post("/api/notifications/channels", {
        "name": "untrusted", "kind": "webhook", "url": f"https://localhost:{scene.world.places['untrusted']}/ok"})
    scene.admin.post("/api/notifications/channels", {
        "name": "trusted", "kind": "slack", "url": f"https://localhost:{scene.world.places['https']}/ok"})
    answers = {name: scene.admin.post(f"/api/notifications/channels/{name}/test") for name in ("huge", "echo", "untrusted", "trusted")}

    assert {name: answer["sent"] for name, answer in answers.items()} == {"huge": True, "echo": True, "untrusted": False, "trusted": True}
    assert "s3cret-of-the-hook" in scene.world.requests("/echo")[0]["headers"]["authorization"]
    assert "s3cret-of-the-hook" not in json.dumps(answers)


class Turncoat(threading.Thread):
    """A DNS server whose answer changes: first an address that is allowed, then one that is not."""

    def __init__(self, address: str, answers: list[str]) -> None:
        super().__init__(daemon=True)
        self.answers, self.asked = answers, 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))

    def run(self) -> None:
        """Answers questions for IPv4 addresses; there are no others."""
        while True:
            question, client = self.socket.recvfrom(512)
            end = question.index(b"\0", 12) + 5
            kind = struct.unpack("!H", question[end - 4:end - 2])[0]
            head = question[:2] + b"\x84\x00\x00\x01" + (b"\x00\x01" if kind == 1 else b"\x00\x00") + b"\x00\x00\x00\x00"
            record = b""
            if kind == 1:
                address = self.answers[min(self.asked, len(self.answers) - 1)]
                self.asked += 1
                record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04" + socket.inet_aton(address)
            self.socket.sendto(head + question[12:end] + record, client)


def test_a_name_that_comes_to_lead_inside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path / "world", "127.0.3.1", "127.0.3.2").start()
    names = Turncoat("127.0.53.53", ["127.0.3.1", "127.0.3.2"])
    names.start()
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.53.53\n")
    wrapper = tmp_path / "opsconductor"
    wrapper.write_text(
        f"#!/bin/sh\nexec unshare -m sh -c 'mount --make-rprivate / && mount --bind {resolver} /etc/resolv.conf && exec \"$0\" \"$@\"' "
        f"{process.BINARY} \"$@\"\n")
    wrapper.chmod(0o755)
    monkeypatch.setattr(process, "BINARY", wrapper)
    server = Server(tmp_path / "server", OUTBOUND_ALLOW="127.0.3.1").start()
    try:
        admin = set_up(server)
        admin.post("/api/notifications/channels", {
            "name": "turncoat", "kind": "webhook", "url": f"http://hooks.test:{world.places['http']}/turned"})
        outcomes = [admin.post("/api/notifications/channels/turncoat/test")]
        server.restart()
        outcomes.append(admin.post("/api/notifications/channels/turncoat/test"))
        heard = world.requests("/turned")
    finally:
        server.kill()
        world.stop()

    assert outcomes[0]["sent"], outcomes
    assert not outcomes[-1]["sent"] and "127.0.3.2" in outcomes[-1]["answer"], outcomes
    assert {request["host"] for request in heard} == {"127.0.3.1"}
