"""The whole picture of deploy/compose.yaml in a Docker Engine, and what one does to containers."""
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from composition import DEPLOY
from harness.paths import REPOSITORY
from harness.process import SETUP_LINK
from harness.waiting import until

NETWORK = "opsconductor_opsconductor"
READY_SECONDS = 120
# What differs from an ordinary machine: the images come from here, and a fast test is no attack.
SETTINGS = {
    "PUBLIC_URL": "https://127.0.0.1", "CERTIFICATE_NAMES": "127.0.0.1,ops.example", "POSTGRES_IMAGE": "test-postgres:1",
    "REDIS_IMAGE": "test-redis:1", "RATE_GENERAL": "10000r/s", "BURST_GENERAL": "10000", "RATE_LOGIN": "10000r/s", "BURST_LOGIN": "1000",
    "LOG_LEVEL": "info", "DRAIN_SECONDS": "5", "STOP_GRACE_PERIOD": "20s",
}


def docker(*arguments: str, check: bool = True) -> str:
    """Runs the Docker client and returns what it said."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=300)
    assert not check or done.returncode == 0, f"docker {' '.join(arguments)} failed: {done.stdout}{done.stderr}"
    return done.stdout + (done.stderr if not check else "")


class Picture:
    """One choice of databases, in a copy of deploy/ with secrets of its own."""

    def __init__(self, databases: str, folder: Path) -> None:
        self.databases = databases
        self.base = "https://127.0.0.1"
        self.folder = folder / "deploy"
        shutil.copytree(DEPLOY, self.folder, ignore=shutil.ignore_patterns("secrets", ".env"))
        subprocess.run([REPOSITORY / "scripts" / "secrets", self.folder], check=True, capture_output=True)
        lines = [f"{name}={value}" for name, value in (SETTINGS | {"COMPOSE_FILE": self._files}).items()]
        with (self.folder / ".env").open("a") as settings:
            settings.write("\n".join([*lines, ""]))
        self.certificate = folder / "tls.crt"

    @property
    def _files(self) -> str:
        return f"compose.yaml:compose.{self.databases}.yaml"

    def compose(self, *arguments: str) -> str:
        """Runs docker-compose as its operator would, in the folder and without options."""
        done = subprocess.run(
            ["docker-compose", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=900,
            env={name: os.environ[name] for name in ("PATH", "DOCKER_HOST")} | {"HOME": str(self.folder)})
        assert done.returncode == 0, f"docker-compose {' '.join(arguments)} failed: {done.stdout[-3000:]}{done.stderr[-3000:]}{self.troubles()}"
        return done.stdout

    def up(self, *arguments: str) -> float:
        """Starts everything; returns how many seconds it took until all of it was healthy."""
        start = time.monotonic()
        self.compose("up", "--detach", *arguments)
        self.wait()
        took = time.monotonic() - start
        docker("cp", "opsconductor-nginx:/certificates/tls.crt", str(self.certificate))
        return took

    def wait(self) -> None:
        """Until every container says that it is healthy."""
        until(lambda: all(word == "healthy" for word in self.health().values()), READY_SECONDS, "every container being healthy",
              abort=lambda: None)

    def containers(self) -> list[str]:
        """The names of all that belongs to the picture."""
        names = docker("ps", "--all", "--filter", "label=com.docker.compose.project=opsconductor", "--format", "{{.Names}}")
        return sorted(names.split())

    def inspect(self, name: str) -> dict[str, Any]:
        """Everything that the engine knows of a container."""
        return json.loads(docker("inspect", name))[0]

    def health(self) -> dict[str, str]:
        """What the health checks say, by container."""
        states = {name: self.inspect(name)["State"] for name in self.containers()}
        return {name: state["Health"]["Status"] if state["Running"] else state["Status"] for name, state in states.items()}

    def log(self, name: str) -> str:
        """What a container wrote."""
        return docker("logs", name, check=False)

    def workers(self) -> list[str]:
        """The containers of workers."""
        return [name for name in self.containers() if "opsconductor-worker" in name]

    def troubles(self) -> str:
        """The last words of whatever is not healthy."""
        sick = [name for name, health in self.health().items() if health != "healthy"]
        return "".join(f"\n--- {name}\n{self.log(name)[-1500:]}" for name in sick)

    def setup_token(self) -> str:
        """The token in the link that the first start printed."""
        return until(lambda: SETUP_LINK.search(self.log("opsconductor-auth-service")), 20, "the set-up link in the log")[1]

    def addresses(self, name: str) -> str:
        """The address of a container in the private network."""
        return self.inspect(name)["NetworkSettings"]["Networks"][NETWORK]["IPAddress"]

    def leave(self, name: str) -> None:
        """Cuts a container off from all others; it goes on running."""
        docker("network", "disconnect", NETWORK, name)

    def join(self, name: str, address: str | None = None) -> None:
        """Lets it back in, under the names that it had, at another address if one is given."""
        service = self.inspect(name)["Config"]["Labels"]["com.docker.compose.service"]
        where = ["--ip", address] if address else []
        docker("network", "connect", "--alias", service, *where, NETWORK, name)

    def stop(self) -> dict[str, int]:
        """Stops everything; returns the exit codes."""
        self.compose("stop")
        return {name: self.inspect(name)["State"]["ExitCode"] for name in self.containers()}

    def down(self) -> None:
        """Takes everything away, data included."""
        self.compose("down", "--volumes", "--remove-orphans")


class Machines:
    """Containers that serve SSH in the private network; for `Fleet` they are what `Sshd` is."""

    port = 22

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir()
        self.addresses = [f"machine-{number}" for number in range(1, count + 1)]
        key = folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "compose-test", "-f", key], check=True)
        self.private_key = key.read_text()
        keys = folder / "keys"
        keys.mkdir()
        shutil.copy(folder / "key.pub", keys / "authorized_keys")
        for name in self.addresses:
            docker("run", "--detach", "--name", name, "--network", NETWORK, "--init", "--volume", f"{keys}:/keys:ro", "test-machine:1")

    def effects(self, name: str, file: str) -> list[str]:
        """The lines that runs have left in a file on a machine."""
        return docker("exec", name, "cat", file, check=False).splitlines()

    def stop(self) -> None:
        """Removes them."""
        docker("rm", "--force", *self.addresses)


def sentence(text: str) -> None:
    """Prints a result so that it is seen among the dots."""
    print(f"\n    {re.sub(r'[ ]+', ' ', text)}", flush=True)
