"""What docker-compose makes of our files."""
import os
import shutil
import subprocess
from functools import cache
from typing import Any

import yaml

from harness.paths import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
EXAMPLE = DEPLOY / "opsconductor.env.example"
DATABASES = ("consolidated", "isolated")
PROFILES = ((), ("portainer",), ("monitoring",), ("portainer", "monitoring"))


def compose(*arguments: str, folder: os.PathLike[str] = DEPLOY, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs docker-compose in a folder, with nothing in the environment but what is given."""
    program = shutil.which("docker-compose")
    assert program, "docker-compose is missing; run scripts/setup test"
    return subprocess.run(
        [program, *arguments], cwd=folder, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True, text=True, timeout=600)


def choice(databases: str, profiles: tuple[str, ...] = ()) -> list[str]:
    """The options for one of the pictures, with the settings of the example."""
    files = ["--file", "compose.yaml", "--file", f"compose.{databases}.yaml"]
    return ["--env-file", str(EXAMPLE), *files, *(word for profile in profiles for word in ("--profile", profile))]


@cache
def picture(databases: str, profiles: tuple[str, ...] = PROFILES[-1]) -> dict[str, Any]:
    """Everything that the files say together."""
    done = compose(*choice(databases, profiles), "config")
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


def example_settings() -> dict[str, str]:
    """The settings of the example that are not comments."""
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.partition("=")[::2] for line in lines)
