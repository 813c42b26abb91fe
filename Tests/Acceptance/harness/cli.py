"""The same binary as a command-line client."""
import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .api import PASSWORD
from .paths import BINARY


class Cli:
    """Runs commands with a configuration folder of its own, as a person in a terminal without a terminal would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "OPSCONDUCTOR_CONFIG_DIR": str(folder / "config"),
            **{name: value for name, value in os.environ.items() if name == "OPSCONDUCTOR_CA_FILE"}}

    def run(self, *arguments: str | Path, stdin: str = "", timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Runs to the end; both outputs and the exit code are in the answer."""
        return subprocess.run(
            [BINARY, *arguments], input=stdin, capture_output=True, text=True, env=self.environment, timeout=timeout, check=False)

    def ok(self, *arguments: str | Path, stdin: str = "") -> str:
        """Runs what must succeed; returns its output."""
        result = self.run(*arguments, stdin=stdin)
        assert result.returncode == 0, f"{arguments} ended with {result.returncode}:\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def json(self, *arguments: str | Path) -> Any:
        """Runs with `--output json`; returns what was printed."""
        return json.loads(self.ok(*arguments, "--output", "json"))

    def login(self, base: str, username: str = "admin", password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
        """Signs in; the password comes over standard input."""
        return self.run("login", "--server", base, "--username", username, "--password-stdin", stdin=password + "\n")
