"""What `make secrets` makes: random, once, and readable by nobody whom it does not concern."""
import base64
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

from composition import DEPLOY, picture
from harness.paths import BINARY, REPOSITORY

NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--bounding-set=-all"]


def make(folder: Path, *prefix: str) -> subprocess.CompletedProcess[str]:
    """Runs the script on a folder."""
    return subprocess.run([*prefix, REPOSITORY / "scripts" / "secrets", folder], capture_output=True, text=True)


def contents(folder: Path) -> dict[str, str]:
    """All secrets by name."""
    return {path.name: path.read_text() for path in (folder / "secrets").iterdir()}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder with secrets."""
    assert make(tmp_path).returncode == 0
    return tmp_path


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A folder of somebody who is not root."""
    folder = Path(tempfile.mkdtemp(prefix="secrets-"))
    shutil.chown(folder, "nobody", "nogroup")
    yield folder
    shutil.rmtree(folder)


def test_they_are_all_that_compose_shows_to_containers(made: Path) -> None:
    wanted = {name for databases in ("consolidated", "isolated") for name in picture(databases)["secrets"]}

    assert wanted <= contents(made).keys()


def test_the_folder_is_closed_and_the_key_is_its_owners_only(made: Path) -> None:
    assert stat.S_IMODE((made / "secrets").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (made / "secrets").iterdir()}
    assert modes.pop("secret_key") == modes.pop("worker_key") == 0o400 and set(modes.values()) == {0o444}
    if os.getuid() == 0:
        key = (made / "secrets" / "secret_key").stat()
        assert (key.st_uid, key.st_gid) == (10001, 10001)


def test_each_is_what_its_reader_understands(made: Path) -> None:
    found = contents(made)
    for name in ("auth", "user", "targets", "jobs", "execution", "scheduling", "notification", "audit"):
        url = urlparse(found[f"{name}_database_url"].strip())
        assert (url.scheme, url.username, url.path) == ("postgresql", f"opsconductor_{name}", f"/opsconductor_{name}")
        assert (url.hostname, url.port) == (f"opsconductor-{name}-postgres", 5432)
        assert url.password == found[f"{name}_database_password"] and re.fullmatch(r"[A-Za-z0-9_-]{32}", url.password)
    assert found["redis_url"] == f"redis://:{found['redis_password']}@opsconductor-redis:6379/0\n"
    assert found["redis_configuration"] == f"requirepass {found['redis_password']}\n"
    version, _, key = found["secret_key"].partition(":")
    assert version == "1" and len(base64.b64decode(key)) == 32


def test_the_key_of_workers_is_the_one_that_the_program_makes(made: Path, tmp_path: Path) -> None:
    own = tmp_path / "worker.key"
    key = made / "own.key"
    key.write_text(contents(made)["secret_key"])
    key.chmod(0o600)
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY_FILE": str(key), "DATA_DIR": str(tmp_path)}
    done = subprocess.run([BINARY, "create-worker-key", own], env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert own.read_text() == contents(made)["worker_key"] != key.read_text()


def test_a_second_time_changes_nothing_and_fills_gaps(made: Path) -> None:
    before = contents(made)
    (made / "secrets" / "redis_url").unlink()
    (made / ".env").write_text("PUBLIC_URL=https://mine.example\n")

    assert make(made).returncode == 0
    assert contents(made) == before
    assert (made / ".env").read_text() == "PUBLIC_URL=https://mine.example\n"


def test_two_installations_share_no_secret(made: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    assert make(other).returncode == 0

    assert set(contents(made).values()).isdisjoint(contents(other).values())
    assert len(set(contents(made).values())) == len(contents(made))


def test_the_settings_hold_no_secret_and_name_this_machine(made: Path) -> None:
    text = (made / ".env").read_text()

    assert not any(secret.strip() in text for secret in contents(made).values())
    assert re.search(r"^PUBLIC_URL=https://[\w.-]+$", text, re.MULTILINE) and "ops.example" not in text
    assert "OPSCONDUCTOR_USER=10001:10001" in text if os.getuid() == 0 else f"OPSCONDUCTOR_USER={os.getuid()}" in text


@pytest.mark.skipif(os.getuid() != 0, reason="only root can run it as somebody else")
def test_without_root_the_services_run_as_the_owner_of_the_key(nobodys: Path) -> None:
    done = make(nobodys, *NOBODY)
    owner = nobodys.stat()

    assert done.returncode == 0, done.stderr
    assert f"OPSCONDUCTOR_USER={owner.st_uid}:{owner.st_gid}\n" in (nobodys / ".env").read_text()
    assert (nobodys / "secrets" / "secret_key").stat().st_uid == owner.st_uid


@pytest.mark.skipif(os.getuid() != 0, reason="only root can run it as somebody else")
def test_a_key_that_the_services_could_not_read_is_named(nobodys: Path) -> None:
    (nobodys / ".env").write_text("OPSCONDUCTOR_USER=10001:10001\n")
    done = make(nobodys, *NOBODY)

    assert done.returncode == 1 and "OPSCONDUCTOR_USER" in done.stderr and "secret_key" in done.stderr


def test_git_never_takes_them() -> None:
    for path in ("secrets/secret_key", ".env"):
        assert subprocess.run(["git", "check-ignore", "-q", DEPLOY / path], cwd=REPOSITORY).returncode == 0
