"""A real PostgreSQL server of the tests' own, with a role and a database for each service."""
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from .processes import children
from .waiting import accepts, free_port, until

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
SERVICES = {
    "auth": "AUTH_DATABASE_URL", "users": "USER_DATABASE_URL", "targets": "TARGETS_DATABASE_URL", "jobs": "JOBS_DATABASE_URL",
    "executions": "EXECUTION_DATABASE_URL", "schedules": "SCHEDULING_DATABASE_URL", "notifications": "NOTIFICATION_DATABASE_URL",
    "audit": "AUDIT_DATABASE_URL"}


class PostgreSQL:
    """A server on a loopback port; a role may connect to its own database only. What is written survives no power cut, unless the
    options say otherwise. Its files may be kept within a folder, and its log of changes within another one."""

    def __init__(self, *options: str, within: Path | None = None, changes: Path | None = None) -> None:
        assert (PROGRAMS / "postgres").exists(), f"{PROGRAMS}/postgres is missing; run scripts/setup test"
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir=within))
        self.changes = Path(tempfile.mkdtemp(prefix="changes-", dir=changes)) if changes else None
        self.options = options or ("fsync=off", "max_connections=300")
        self.port = free_port()
        self.password = secrets.token_urlsafe(24)
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "PostgreSQL":
        """Makes a data directory and starts the server in it."""
        (self.folder / "password").write_text(self.password)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            shutil.chown(self.folder / "password", "postgres", "postgres")
            if self.changes:
                shutil.chown(self.changes, "postgres", "postgres")
        data = self.folder / "data"
        self._run(
            PROGRAMS / "initdb", "-D", data, "-U", "keeper", "-A", "scram-sha-256", f"--pwfile={self.folder}/password", "-E", "UTF8",
            "--locale=C", "-N", *(["-X", self.changes] if self.changes else []))
        return self.launch()

    def launch(self) -> "PostgreSQL":
        """Starts the server on its data, again if it was killed."""
        data = self.folder / "data"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._identity(), PROGRAMS / "postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
                 "-c", "unix_socket_directories=", *(word for option in self.options for word in ("-c", option))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **self.environment})
        until(lambda: accepts("127.0.0.1", self.port), 20, "PostgreSQL accepting connections", abort=self._end)
        until(self._answers, 20, "PostgreSQL answering")
        return self

    def _end(self) -> str | None:
        """What it said last, if it has ended."""
        assert self.process is not None
        return None if self.process.poll() is None else (self.folder / "log").read_text(errors="replace")[-500:]

    def kill(self) -> None:
        """Ends all its processes as a power cut would, as far as processes go."""
        assert self.process is not None
        # Whoever stands still starts no further process, which would outlive it and keep the next server from starting.
        os.kill(self.process.pid, signal.SIGSTOP)
        stat = Path(f"/proc/{self.process.pid}/stat")
        until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", 20, "PostgreSQL standing still")
        family = [self.process.pid, *children(self.process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), 20, "the end of every process of PostgreSQL")

    def databases(self) -> dict[str, str]:
        """New databases for an installation, as settings of the server."""
        name = "i" + secrets.token_hex(6)
        settings, statements = {}, []
        for service, setting in SERVICES.items():
            role, password = f"{name}_{service}", secrets.token_urlsafe(18)
            statements += [
                f"CREATE ROLE {role} LOGIN PASSWORD '{password}'", f"CREATE DATABASE {role} OWNER {role}",
                f"REVOKE CONNECT ON DATABASE {role} FROM PUBLIC"]
            settings[setting] = f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{role}"
        self.do(statements)
        return settings

    def ask(self, statement: str, database: str = "postgres") -> str:
        """Runs a statement as the administrator and returns what it printed."""
        return self.do([statement], database)

    def do(self, statements: list[str], database: str = "postgres") -> str:
        """Runs statements as the administrator, each by itself, and returns what they printed."""
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *(word for statement in statements for word in ("-c", statement)),
             f"postgresql://keeper@127.0.0.1:{self.port}/{database}"],
            env={**os.environ, "PGPASSWORD": self.password}, check=True, capture_output=True, text=True).stdout

    def stop(self) -> None:
        """Ends the server at once."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)
        for folder in filter(None, (self.folder, self.changes)):
            shutil.rmtree(folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            return self.ask("SELECT 1").strip() == "1"
        except subprocess.CalledProcessError:
            return False

    @staticmethod
    def _identity() -> list[str]:
        """PostgreSQL refuses to run as root."""
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run([*self._identity(), *command], cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{command[0]} failed: {done.stdout}{done.stderr}"
