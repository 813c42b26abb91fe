"""What goes wrong around the server: full disks, taken ports, broken files. One clear sentence each, nothing acknowledged is lost."""
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.api import Api, ApiProblem, set_up
from harness.fleet import Fleet
from harness.marks import embedded_only, one_process_only
from harness.server import Server
from harness.sshd import Sshd
from harness.waiting import until

pytestmark = one_process_only


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A small file system of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def refusal(server: Server, *words: str) -> str:
    """Starts a server that must refuse to run; returns what it said."""
    before = len(server.log)
    code = server.launch().wait_for_exit(20)
    said = server.log[before:]
    assert code > 0, f"exit code {code}: {said}"
    assert "Fatal error" not in said and "Stack dump" not in said, said
    for word in words:
        assert word in said, said
    return said


def test_a_second_server_on_the_same_data_is_refused(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    admin = set_up(own_server)
    second = Server(tmp_path / "second", data=own_server.data, SECRET_KEY_FILE=own_server.settings["SECRET_KEY_FILE"])

    refusal(second, str(own_server.data))

    assert admin.get("/api/auth/me")["username"] == "admin"


def test_a_port_that_is_taken_is_named(own_server: Server, tmp_path: Path) -> None:
    own_server.start()
    second = Server(tmp_path / "second", port=own_server.port)

    refusal(second, str(own_server.port))


def test_a_file_in_place_of_the_data_directory_is_named(own_server: Server) -> None:
    own_server.data.write_text("not a directory")

    refusal(own_server, str(own_server.data))


def test_a_data_directory_that_cannot_be_written_is_named(own_server: Server, tmp_path: Path) -> None:
    with mounted(tmp_path / "readonly", "-o", "ro,size=1m") as folder:
        own_server.settings["DATA_DIR"] = str(folder)

        refusal(own_server, str(folder))


def test_all_wrong_settings_are_named_at_once(own_server: Server) -> None:
    own_server.settings |= {"HTTP_PORT": "eighty", "LOG_LEVEL": "loud"}

    refusal(own_server, "HTTP_PORT", "eighty", "LOG_LEVEL", "loud")


def test_another_key_file_is_refused_and_with_the_right_one_every_secret_opens(
        own_server: Server, tmp_path: Path, sshd: Sshd) -> None:
    own_server.start()
    fleet = Fleet(set_up(own_server), sshd, "keyed")
    key = own_server.settings["SECRET_KEY_FILE"]
    own_server.stop()
    own_server.settings["SECRET_KEY_FILE"] = str(tmp_path / "other.key")
    said = refusal(own_server, "other.key does not open the secrets", "set SECRET_KEY_FILE to")
    assert len(said.strip().splitlines()) == 1, said

    own_server.settings["SECRET_KEY_FILE"] = key
    own_server.start()
    assert fleet.api.post("/api/targets/keyed01/test")["succeeded"]


@embedded_only
@pytest.mark.parametrize("keep", [100, 0.5], ids=["first bytes", "half"])
def test_a_truncated_database_is_named_and_left_alone(own_server: Server, keep: float) -> None:
    own_server.start()
    admin = set_up(own_server)
    for number in range(50):
        admin.post("/api/targets", {"name": f"kept{number}", "description": "x" * 500})
    own_server.stop()
    database = next(path for path in sorted(own_server.data.rglob("*")) if path.is_file() and path.stem == "targets")
    whole = database.read_bytes()
    broken = whole[: int(keep if keep > 1 else len(whole) * keep)]
    database.write_bytes(broken)

    refusal(own_server, database.name)

    assert database.read_bytes() == broken
    database.write_bytes(whole)
    own_server.start()
    assert admin.get("/api/targets", limit=100)["total"] in (50, None)
    assert admin.get("/api/targets/kept49")["name"] == "kept49"


@embedded_only
def test_a_full_disk_refuses_writes_keeps_reading_and_recovers(own_server: Server, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "-o", "size=16m") as folder:
        own_server.settings["DATA_DIR"] = str(folder / "data")
        own_server.start()
        admin = set_up(own_server)
        kept = fill_up(admin, folder / "filler")

        for name in kept:
            assert admin.get(f"/api/targets/{name}")["name"] == name
        (folder / "filler").unlink()
        assert until(lambda: creates(admin, "after"), 20, "writing after space was made")
        own_server.kill()
        own_server.start()
        for name in [*kept, "after"]:
            assert admin.get(f"/api/targets/{name}")["name"] == name
        own_server.stop()


def fill_up(admin: Api, filler: Path) -> list[str]:
    """Takes all space, then writes until the server refuses; returns what it acknowledged."""
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65536)
        except OSError:
            pass
    kept = []
    for number in range(2000):
        try:
            admin.post("/api/targets", {"name": f"full{number}", "description": "x" * 1900})
            kept.append(f"full{number}")
        except ApiProblem as refused:
            assert refused.status in (503, 507), refused
            assert "space" in refused.detail or "full" in refused.detail, refused
            return kept
    raise AssertionError("the server never noticed that the disk is full")


def creates(admin: Api, name: str) -> bool:
    """Whether a target could be added."""
    return admin.raw("POST", "/api/targets", json={"name": name}).status_code == 201


def test_the_usual_limit_of_open_files_is_raised_to_what_the_machine_allows(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = Server(tmp_path / "server")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, soft), hard))
    try:
        server.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        limits = Path(f"/proc/{server.pid}/limits").read_text()
        allowed = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
    finally:
        server.stop()
    most = 65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard)
    assert allowed == [str(most), "unlimited" if hard == resource.RLIM_INFINITY else str(hard)]
