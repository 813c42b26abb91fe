"""Real SSH servers on loopback addresses, each run of the tests with keys of its own."""
import os
import subprocess
from pathlib import Path

from .waiting import accepts, free_port, until

ADDRESSES_PER_SERVER = 16


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Makes a key pair; the public half gets the ending `.pub`."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "acceptance", "-f", path], check=True)
    return path


class Sshd:
    """OpenSSH's server for root with key authentication, listening on one port of several loopback addresses."""

    def __init__(self, folder: Path, addresses: list[str], *, port: int | None = None) -> None:
        assert len(addresses) <= ADDRESSES_PER_SERVER, "sshd takes no more addresses"
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.addresses = folder, addresses
        self.port = port or free_port(addresses[0])
        self.host_key = make_key(folder / "host_key")
        self.user_key = make_key(folder / "user_key")
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def private_key(self) -> str:
        """The private key that may log in."""
        return self.user_key.read_text()

    @property
    def public_host_key(self) -> tuple[str, str]:
        """Algorithm and base64 blob of the host key."""
        algorithm, blob, *_ = self.host_key.with_suffix(".pub").read_text().split()
        return algorithm, blob

    @property
    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "sshd.log").read_text(errors="replace")

    def _configuration(self) -> Path:
        path = self.folder / "sshd_config"
        listen = "".join(f"ListenAddress {address}:{self.port}\n" for address in self.addresses)
        # Without HOME and SHLVL every login shell would read the start-up files of the machine.
        path.write_text(
            f"{listen}HostKey {self.host_key}\nAuthorizedKeysFile {self.user_key}.pub\nPidFile none\nStrictModes no\n"
            "PermitRootLogin prohibit-password\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\n"
            "UseDNS no\nPrintMotd no\nLogLevel VERBOSE\nMaxStartups 1000:30:2000\nMaxSessions 1000\n"
            f"KexAlgorithms curve25519-sha256\nSetEnv HOME={self.home} SHLVL=5\n")
        return path

    def start(self) -> "Sshd":
        """Starts it and waits until every address accepts connections."""
        os.makedirs("/run/sshd", exist_ok=True)
        command = ["/usr/sbin/sshd", "-D", "-f", self._configuration(), "-E", self.folder / "sshd.log"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        for address in self.addresses:
            until(lambda at=address: accepts(at, self.port), 10, f"sshd on {address}", abort=self._death)
        return self

    def _death(self) -> str | None:
        code = self.process.poll() if self.process else None
        return None if code is None else f"sshd ended with exit code {code}: {self.log[-2000:]}"

    def stop(self) -> None:
        """Ends it; open sessions live on, as with any sshd."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def change_host_key(self) -> None:
        """Restarts it with another host key, as after a new installation or an attack."""
        self.stop()
        for half in (self.host_key, self.host_key.with_suffix(".pub")):
            half.unlink()
        make_key(self.host_key)
        self.start()
