"""What all measurements share: where things are, the farm of hosts, and our server."""
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from farm import Farm
from measuring import Sample, run_client
from ours import REPOSITORY, Ours, WrongAnswer

PEERS = Path(__file__).resolve().parent / "peers"
PEER_PYTHON = REPOSITORY / ".venv-bench" / "peers" / "bin" / "python"
PREFECT_PYTHON = REPOSITORY / ".venv-bench" / "prefect" / "bin" / "python"


class Context:
    """Made once for a whole benchmark; everything in it starts when first used."""

    def __init__(self, runs: int, hosts: int) -> None:
        self.runs, self.hosts, self.few = runs, hosts, min(100, hosts // 2)
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._open = contextlib.ExitStack()

    def __enter__(self) -> "Context":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def farm(self) -> Farm:
        """The hosts."""
        farm = Farm(self.folder / "farm").start()
        self._open.callback(farm.stop)
        (self.folder / "hosts").write_text("\n".join(farm.addresses[:self.hosts]))
        return farm

    @contextlib.contextmanager
    def ours(self, targets: int | None = None) -> Iterator[Ours]:
        """A fresh server of ours with its targets described."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        server = Ours(folder, self.farm, self.hosts if targets is None else targets, self.few)
        try:
            yield server
        finally:
            server.stop()

    def say(self, text: str) -> None:
        """Tells how far it is."""
        print(f"    {text}", flush=True)

    def asyncssh(self, count: int, rounds: int = 0) -> Sample:
        """Runs the asyncssh client; its own wall times, without imports, are in `extra`."""
        farm = self.farm
        sample = run_client(
            [PEER_PYTHON, PEERS / "ssh_asyncssh.py", count, self.folder / "hosts", farm.port, farm.user_key, farm.known_hosts, rounds],
            farm.pids)
        lines = [line.split() for line in sample.text.splitlines() if "good" in line]
        walls = []
        for line in lines:
            words = line[1:] if line[0] == "warm" else line
            require(int(words[1]) == count, f"asyncssh had {words[1]} of {count} right answers")
            walls.append(float(words[3]))
        require(len(walls) == 1 + rounds, f"asyncssh said: {sample.text[-2000:]}")
        sample.extra = {"cold": walls[0], **{f"warm{number}": wall for number, wall in enumerate(walls[1:])}}
        return sample

    def parallel_ssh(self, count: int) -> Sample:
        """Runs the parallel-ssh client."""
        farm = self.farm
        sample = run_client(
            [PEER_PYTHON, PEERS / "ssh_parallel.py", count, self.folder / "hosts", farm.port, farm.user_key], farm.pids)
        require(f"good {count}" in sample.text, f"parallel-ssh said: {sample.text[-2000:]}")
        return sample

    def ansible(self, count: int, *, keep_connections: bool = False) -> Sample:
        """Runs Ansible's raw module with 50 forks; connections persist for a minute only if they are to be kept."""
        farm = self.farm
        inventory = self.folder / f"inventory-{count}.ini"
        inventory.write_text(
            "[all]\n" + "".join(f"h{number:03} ansible_host={host}\n" for number, host in enumerate(farm.addresses[:count]))
            + f"[all:vars]\nansible_port={farm.port}\nansible_user=root\nansible_ssh_private_key_file={farm.user_key}\n"
            f"ansible_python_interpreter={PEER_PYTHON}\n")
        control = self.folder / "control"
        control.mkdir(exist_ok=True)
        environment = {
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "ansible-tmp"), "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_PIPELINING": "1", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_SSH_CONTROL_PATH_DIR": str(control),
            "ANSIBLE_SSH_ARGS":
                f"-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile={farm.known_hosts}"
                " -o KexAlgorithms=curve25519-sha256 -o IdentitiesOnly=yes",
        }
        sample = run_client(
            [PEER_PYTHON.with_name("ansible"), "all", "-i", inventory, "-f", 50, "-m", "raw", "-a", "echo hello"],
            farm.pids, environment, keep_daemons=keep_connections)
        good = sample.text.count("hello\n")
        require(good == count, f"Ansible had {good} of {count} right answers: {sample.text[-1000:]}")
        return sample


def require(right: bool, why: str) -> None:
    """A result counts only if every answer was right."""
    if not right:
        raise WrongAnswer(why)
