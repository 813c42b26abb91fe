"""Five hundred SSH hosts on one machine: 32 sshd with 16 loopback addresses each, for all clients alike."""
import os
import socket
import subprocess
from pathlib import Path

from measuring import end_processes, tree, wait_for

HOSTS = 512
ADDRESSES_PER_SERVER = 16


def address(number: int) -> str:
    """The address of a host, from 0."""
    return f"127.0.{11 + number // 250}.{1 + number % 250}"


class Farm:
    """The hosts, one key pair for all of them and one for the user; curve25519-sha256 is the only key exchange offered."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = self._free_port()
        self.addresses = [address(number) for number in range(HOSTS)]
        self.pids: list[int] = []
        for name in ("host", "user"):
            if not (folder / name).exists():
                subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True)
        self.user_key = folder / "user"
        self.host_key = (folder / "host.pub").read_text().split()[:2]
        self.known_hosts = folder / "known_hosts"
        self.known_hosts.write_text("".join(f"[{host}]:{self.port} {' '.join(self.host_key)}\n" for host in self.addresses))

    @staticmethod
    def _free_port() -> int:
        with socket.socket() as probe:
            probe.bind((address(0), 0))
            return probe.getsockname()[1]

    def start(self) -> "Farm":
        """Starts all servers."""
        os.makedirs("/run/sshd", exist_ok=True)
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        configuration = self.folder / "sshd_config"
        configuration.write_text(
            f"HostKey {self.folder}/host\nAuthorizedKeysFile {self.folder}/user.pub\nStrictModes no\nPidFile none\n"
            "PermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\n"
            "UseDNS no\nPrintMotd no\nLogLevel ERROR\nMaxStartups 1000:30:2000\nMaxSessions 1000\n"
            f"KexAlgorithms curve25519-sha256\nSetEnv HOME={home} SHLVL=5\n")
        for first in range(0, HOSTS, ADDRESSES_PER_SERVER):
            command = ["/usr/sbin/sshd", "-D", "-f", str(configuration), "-E", str(self.folder / "sshd.log")]
            for host in self.addresses[first:first + ADDRESSES_PER_SERVER]:
                command += ["-o", f"ListenAddress={host}:{self.port}"]
            self.pids.append(subprocess.Popen(command, stdin=subprocess.DEVNULL).pid)
        wait_for(lambda: all(map(self._accepts, self.addresses)), 30, "all hosts accepting connections")
        return self

    def _accepts(self, host: str) -> bool:
        try:
            socket.create_connection((host, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Ends all servers and open sessions."""
        end_processes(tree(self.pids))
