"""A little network that nobody else uses: addresses of this machine that come and go, in a block that is set aside for measurements (RFC 2544)."""
import subprocess
from pathlib import Path

from .waiting import free_port, until


def _run(*command: str, check: bool = True) -> None:
    subprocess.run(command, check=check, capture_output=True, text=True)


class LabNetwork:
    """Sixteen addresses of which only those exist that were added; what goes to the others ends at once, in this machine."""

    def __init__(self, prefix: str = "198.18.77") -> None:
        self.prefix, self.cidr = prefix, f"{prefix}.0/28"
        self.present: set[str] = set()
        self.redirected: list[tuple[str, int]] = []
        _run("ip", "route", "replace", "blackhole", self.cidr)

    def add(self, number: int) -> str:
        """Makes an address exist."""
        address = f"{self.prefix}.{number}"
        _run("ip", "address", "replace", f"{address}/32", "dev", "lo")
        self.present.add(address)
        return address

    def remove(self, number: int) -> None:
        """Makes an address go."""
        address = f"{self.prefix}.{number}"
        _run("ip", "address", "del", f"{address}/32", "dev", "lo", check=False)
        self.present.discard(address)

    def answer_everywhere(self, address: str, port: int) -> None:
        """Leads every TCP port of an address to one server."""
        self._redirect("-A", address, port)
        self.redirected.append((address, port))

    @staticmethod
    def _redirect(verb: str, address: str, port: int) -> None:
        _run("iptables", "-w", "-t", "nat", verb, "OUTPUT", "-d", address, "-p", "tcp", "-j", "DNAT", "--to-destination",
             f"{address}:{port}",
             check=verb == "-A")

    def close(self) -> None:
        """Leaves nothing of it."""
        for address, port in self.redirected:
            self._redirect("-D", address, port)
        for address in list(self.present):
            self.remove(int(address.rsplit(".", 1)[1]))
        _run("ip", "route", "del", "blackhole", self.cidr, check=False)


class SnmpAgent:
    """A real agent for SNMP on the usual port of one address."""

    def __init__(self, folder: Path, address: str, name: str, community: str) -> None:
        folder.mkdir(parents=True)
        self.log_file = folder / "log"
        configuration = folder / "snmpd.conf"
        configuration.write_text(
            f"agentAddress udp:{address}:161\nrocommunity {community}\nsysName {name}\nsysLocation Rack 7\n"
            f"sysContact noc@example.org\nsysDescr Cisco IOS Software, C2960 Software\n")
        self.process = subprocess.Popen(
            ["/usr/sbin/snmpd", "-f", "-Lf", self.log_file, "-C", "-c", configuration], stdin=subprocess.DEVNULL,
            env={"SNMP_PERSISTENT_DIR": str(folder), "MIBS": "", "PATH": "/usr/sbin:/usr/bin:/bin"})
        until(lambda: self.log_file.exists() and "NET-SNMP version" in self.log_file.read_text(), 10, "snmpd to start",
              abort=lambda: f"snmpd ended with {self.process.poll()}" if self.process.poll() is not None else None)

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(10)


class WebServer:
    """Python's web server with one page."""

    def __init__(self, folder: Path, address: str, title: str) -> None:
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(f"<html><head><title>{title}</title></head></html>")
        self.address, self.port = address, free_port(address)
        self.process = subprocess.Popen(
            ["python3", "-m", "http.server", "--bind", address, "--directory", folder, str(self.port)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(10)
