"""Networks are scanned where that is allowed; what is found is shown with its evidence, reviewed, and imported once."""
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.api import Api, ApiProblem
from harness.cli import Cli
from harness.fleet import add_key_credential
from harness.network import LabNetwork, SnmpAgent, WebServer
from harness.odd_servers import Silent
from harness.sshd import Sshd
from harness.waiting import accepts, until

COMMUNITY = "lantern-reads-19"


@dataclass
class Lab:
    """What stands in the little network."""

    network: LabNetwork
    sshd: Sshd
    web: WebServer
    agent: SnmpAgent
    ports: list[int]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, admin: Api) -> Iterator[Lab]:
    """An SSH server, a web server, a switch, and a host that answers on every port."""
    for program in ("ip", "iptables", "snmpd"):
        assert shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin"), f"{program} is missing; run scripts/setup test"
    folder = tmp_path_factory.mktemp("lab")
    network = LabNetwork()
    servers: list[Any] = []
    try:
        sshd = Sshd(folder / "sshd", [network.add(2)]).start()
        servers.append(sshd)
        web = WebServer(folder / "web", network.add(3), "Wiki of the lab")
        servers.append(web)
        until(lambda: accepts(web.address, web.port), 10, "the web server")
        agent = SnmpAgent(folder / "snmp", network.add(4), "core-sw-1", COMMUNITY)
        servers.append(agent)
        # The host behind the redirection accepts whatever comes and says nothing.
        everywhere = network.add(5)
        tarpit = Silent(everywhere)
        servers.append(tarpit)
        network.answer_everywhere(everywhere, tarpit.port)
        ports = [sshd.port, web.port, *range(7001, 7009)]
        community = admin.post(
            "/api/targets/credentials", {"name": "lab-community", "kind": "snmp_community", "password": COMMUNITY})["id"]
        admin.post("/api/targets/discovery/ranges", {
            "name": "lab", "cidr": network.cidr, "exclude": [f"{network.prefix}.14"], "ports": ports, "rate_per_second": 400,
            "concurrency": 8, "timeout_milliseconds": 500, "snmp_credentials": [community]})
        yield Lab(network, sshd, web, agent, ports)
    finally:
        for server in reversed(servers):
            server.stop()
        network.close()


def scan(api: Api, **more: Any) -> dict[str, Any]:
    """Scans the lab to the end."""
    started = api.post("/api/targets/discovery/scans", {"range": "lab", **more})

    def ended() -> dict[str, Any] | None:
        now = api.get(f"/api/targets/discovery/scans/{started['id']}")
        return now if now["state"] != "running" else None
    return until(ended, 60, "the scan to end")


def found(api: Api, **query: Any) -> dict[str, dict[str, Any]]:
    """Findings by the last part of their address."""
    items = api.get("/api/targets/discovery/findings", range="lab", **query)["items"]
    return {item["host"]["address"].rsplit(".", 1)[1]: item for item in items}


def test_a_scan_finds_what_is_there_with_evidence_and_nothing_else(admin: Api, lab: Lab) -> None:
    done = scan(admin)

    assert (done["state"], done["hosts_done"], done["hosts_total"]) == ("completed", 13, 13), done
    findings = found(admin)
    assert sorted(findings) == ["2", "3", "4", "5"]
    assert {item["status"] for item in findings.values()} == {"new"}
    server = findings["2"]
    assert server["classification"]["type"] == "server"
    assert any("SSH-2.0-OpenSSH" in line for line in server["classification"]["evidence"])
    assert [(key["algorithm"], key["blob"]) for key in server["host"]["host_keys"]] == [lab.sshd.public_host_key]
    assert "userauth-request" not in lab.sshd.log
    web = findings["3"]
    assert [(port["service"], port["title"]) for port in web["host"]["ports"]] == [("http", "Wiki of the lab")]
    switch = findings["4"]
    assert switch["classification"] == {
        "label": "Network device", "type": "network_device", "os": "",
        "evidence": ["SNMP: Cisco IOS Software, C2960 Software"]}
    assert (switch["host"]["snmp"]["name"], switch["suggested_name"]) == ("core-sw-1", "core-sw-1")


def test_a_host_that_answers_on_every_port_is_marked_and_left(admin: Api, lab: Lab) -> None:
    tarpit = found(admin)["5"]

    assert tarpit["host"]["answers_everything"] is True
    assert len(tarpit["host"]["ports"]) < len(lab.ports), "it is not scanned to the end"
    assert tarpit["classification"]["label"] == "Takes every connection"
    refused = admin.post("/api/targets/discovery/import", {"findings": [tarpit["id"]], "dry_run": False})
    assert refused["applied"] is False
    assert "takes every connection" in refused["rows"][0]["problems"][0]


def test_findings_are_imported_once_with_the_keys_that_were_seen_and_the_target_works(admin: Api, lab: Lab) -> None:
    credential = add_key_credential(admin, lab.sshd, "lab-key")
    findings = found(admin)
    wish = {
        "findings": [findings[number]["id"] for number in ("2", "3", "4")], "dry_run": True, "tags": ["discovered"],
        "credential": credential, "pin_host_keys": True}
    dry = admin.post("/api/targets/discovery/import", wish)
    assert (dry["created"], dry["applied"]) == (3, False)
    assert admin.get("/api/targets", filter="tag = discovered")["items"] == []

    made = admin.post("/api/targets/discovery/import", {**wish, "dry_run": False})

    assert (made["created"], made["applied"]) == (3, True), made
    again = admin.post("/api/targets/discovery/import", {**wish, "dry_run": False})
    assert (again["created"], again["unchanged"]) == (0, 3)
    name = made["rows"][0]["name"]
    test = admin.post(f"/api/targets/{name}/test")
    assert test["succeeded"], test
    switch = admin.get("/api/targets/core-sw-1")
    assert switch["type"] == "network_device"
    assert sorted(found(admin, status="new")) == ["5"]
    by_key = found(admin, status="known")["2"]["target"]
    assert (by_key["name"], by_key["by"]) == (name, "host_key")


def test_a_second_scan_shows_what_is_different(admin: Api, lab: Lab) -> None:
    lab.sshd.change_host_key()
    lab.network.remove(3)
    lab.network.add(6)

    done = scan(admin)

    assert (done["appeared"], done["changed"], done["gone"]) == (1, 1, 1), done
    findings = found(admin)
    assert [findings[number]["status"] for number in ("2", "3", "6")] == ["changed", "gone", "new"]
    assert findings["2"]["differences"] == ["it shows another host key"]
    part = scan(admin, cidr=f"{lab.network.prefix}.8/29")
    assert (part["hosts_total"], part["gone"]) == (5, 0)


def test_a_scan_can_be_cancelled(admin: Api, lab: Lab) -> None:
    slow = admin.post("/api/targets/discovery/ranges", {
        "name": "slow", "cidr": lab.network.cidr, "ports": [22, 80], "rate_per_second": 1, "timeout_milliseconds": 1000})
    started = admin.post("/api/targets/discovery/scans", {"range": slow["id"]})

    ended = admin.post(f"/api/targets/discovery/scans/{started['id']}/cancel")

    assert ended["state"] == "cancelled"
    assert admin.get(f"/api/targets/discovery/scans/{started['id']}")["state"] == "cancelled"
    admin.delete(f"/api/targets/discovery/ranges/{slow['id']}")


@pytest.mark.parametrize(("cidr", "hint"), [
    ("0.0.0.0/0", "too large"), ("::/0", "too large"), ("10.0.0.0/15", "too large"), ("127.0.0.0/24", "allow_local"),
    ("169.254.0.0/16", "allow_local"), ("224.0.0.0/24", "multicast"), ("10.0.0.1/24", "10.0.0.0/24"), ("lab", "not a range"),
])
def test_what_must_not_be_scanned_is_refused_with_a_sentence(admin: Api, cidr: str, hint: str) -> None:
    with pytest.raises(ApiProblem) as refused:
        admin.post("/api/targets/discovery/ranges", {"name": "bad", "cidr": cidr})

    assert refused.value.status == 422
    assert hint in refused.value.detail
    assert [place["pointer"] for place in refused.value.problem["errors"]] == ["#/cidr"]


def test_only_administrators_say_what_may_be_scanned_and_nothing_outside_is(admin: Api, operator: Api, lab: Lab) -> None:
    with pytest.raises(ApiProblem) as forbidden:
        operator.post("/api/targets/discovery/ranges", {"name": "mine", "cidr": "10.0.0.0/24"})
    assert forbidden.value.status == 403
    with pytest.raises(ApiProblem) as outside:
        operator.post("/api/targets/discovery/scans", {"range": "lab", "cidr": "198.18.79.0/28"})
    assert "nothing outside of it is scanned" in outside.value.detail
    with pytest.raises(ApiProblem) as unpinned:
        operator.post("/api/targets/discovery/import", {
            "findings": [found(admin)["2"]["id"]], "dry_run": True, "pin_host_keys": True})
    assert unpinned.value.status == 403


def test_the_command_line_allows_scans_and_imports(admin: Api, installation: Any, lab: Lab, tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    assert cli.login(installation.server.base).returncode == 0
    address = lab.network.add(7)
    cli.ok("discovery", "allow", "desk", f"{address}/32", "--ports", "22,80", "--timeout", "300")

    assert "completed" in cli.ok("discovery", "scan", "desk", "--wait")
    assert address in cli.ok("discovery", "findings", "--range", "desk")
    assert "Would make 1" in cli.ok("discovery", "import", address, "--range", "desk", "--dry-run")
    cli.ok("discovery", "import", address, "--range", "desk", "--tag", "desk")
    assert cli.json("discovery", "ranges")
    refused = cli.run("discovery", "allow", "world", "0.0.0.0/0")
    assert refused.returncode != 0
    assert "too large to be scanned" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    cli.ok("discovery", "forbid", "desk")
