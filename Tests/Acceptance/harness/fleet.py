"""Targets that stand for machines: SSH servers of this test run, described to the server under test."""
from typing import Any

from .api import Api
from .sshd import Sshd


def add_key_credential(api: Api, sshd: Sshd, name: str) -> str:
    """Stores the key that may log in; returns the credential's id."""
    credential = api.post(
        "/api/targets/credentials", {"name": name, "kind": "ssh_key", "username": "root", "private_key": sshd.private_key})
    return credential["id"]


def add_target(api: Api, name: str, address: str, port: int, credential: str | None, **more: Any) -> dict[str, Any]:
    """Describes one machine that is reached over SSH."""
    method = {"kind": "ssh", "host": address, "port": port, "credential": credential}
    connection = {key: value for key, value in {**method, **more.pop("connection", {})}.items() if value is not None}
    return api.post("/api/targets", {"name": name, "connections": [connection], **more})


def pin_after_test(api: Api, target: str) -> dict[str, Any]:
    """Tests the connection, pins the key that was shown, and tests again; returns the second test."""
    first = api.post(f"/api/targets/{target}/test")
    key = first["attempts"][-1]["presented_key"]
    assert key, first
    api.post(f"/api/targets/{target}/host-keys", {"algorithm": key["algorithm"], "blob": key["blob"]})
    return api.post(f"/api/targets/{target}/test")


class Fleet:
    """Some machines with the tag of the fleet, keys pinned."""

    def __init__(self, api: Api, sshd: Sshd, tag: str) -> None:
        self.api, self.sshd, self.tag = api, sshd, tag
        self.credential = add_key_credential(api, sshd, f"{tag}-key")
        self.targets = [
            add_target(
                api, f"{tag}{number:02}", address, sshd.port, self.credential, tags=[tag],
                host_key_policy="pin_on_first_use")
            for number, address in enumerate(sshd.addresses, 1)
        ]

    @property
    def filter(self) -> str:
        """Matches the whole fleet."""
        return f"tag = {self.tag}"

    def one(self, number: int = 1) -> str:
        """Matches one machine."""
        return f"name = {self.tag}{number:02}"
