"""The command line: what it prints, and the exit codes that scripts build on."""
import json
import re
import shlex
import signal
import stat
import subprocess
import uuid
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.fleet import Fleet
from harness.paths import BINARY
from harness.processes import pids_with
from harness.server import Server
from harness.waiting import free_port, until

JOB = """\
name: cli-{name}
targets: {targets}
steps:
  - name: say
    command: echo from the terminal
  - name: end
    command: exit {code}
"""
CONTROL = re.compile(r"[\r\x1b]")


@pytest.fixture(scope="module")
def cli(installation, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Signed in as the administrator."""
    client = Cli(tmp_path_factory.mktemp("cli"))
    signed_in = client.login(installation.server.base)
    assert signed_in.returncode == 0, signed_in.stderr
    return client


def apply(cli: Cli, folder: Path, fleet: Fleet, code: int = 0) -> str:
    """Saves a job through a file; returns its name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = uuid.uuid4().hex[:8]
    (folder / "job.yaml").write_text(JOB.format(name=name, targets=fleet.filter, code=code))
    cli.ok("job", "apply", "-f", folder)
    return f"cli-{name}"


def test_a_wrong_password_and_a_wrong_address_end_with_3(installation, tmp_path: Path) -> None:
    client = Cli(tmp_path)
    wrong = client.login(installation.server.base, password="not-the-password-at-all")
    nobody = client.login(f"http://127.0.0.1:{free_port()}")

    assert (wrong.returncode, nobody.returncode) == (3, 3)
    assert wrong.stderr.strip() and nobody.stderr.strip()
    assert client.run("target", "list", "--server", installation.server.base).returncode == 3


def test_nobody_else_can_read_what_login_keeps(cli: Cli) -> None:
    kept = [path for path in (cli.folder / "config").rglob("*") if path.is_file()]

    assert kept
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept), kept


@pytest.mark.parametrize("arguments", [["no-such-command"], ["run"], ["target", "list", "--no-such-option"], ["job", "run"]])
def test_a_wrong_command_line_ends_with_2(cli: Cli, arguments: list[str]) -> None:
    result = cli.run(*arguments)

    assert result.returncode == 2
    assert "--help" in result.stderr


def test_targets_can_be_added_listed_shown_and_tested(cli: Cli, fleet: Fleet) -> None:
    name = f"by-hand-{uuid.uuid4().hex[:6]}"
    cli.ok(
        "target", "add", name, "--host", fleet.sshd.addresses[0], "--port", str(fleet.sshd.port),
        "--credential", f"{fleet.tag}-key", "--tag", "by-hand", "--pin-on-first-use")

    assert name in cli.ok("target", "list", "--filter", "tag = by-hand")
    shown = cli.json("target", "show", name)
    assert (shown["name"], shown["connections"][0]["host"]) == (name, fleet.sshd.addresses[0])
    tested = cli.ok("target", "test", name)
    assert "host_key" in tested or "host key" in tested.lower()


def test_export_and_import_make_a_circle(cli: Cli, fleet: Fleet, tmp_path: Path) -> None:
    exported = cli.ok("target", "export", "--format", "csv", "--filter", fleet.filter)
    file = tmp_path / "targets.csv"
    file.write_text(exported)
    receipt = cli.json("target", "import", file, "--dry-run")

    assert receipt["unchanged"] == len(fleet.targets), receipt
    assert receipt["applied"] is False


def test_an_import_says_created_only_when_it_was(cli: Cli) -> None:
    rows = "name,host\nimp-one,127.0.0.1\nimp-two"
    refused = cli.run("target", "import", "-", "--format", "csv", stdin=rows)
    planned = cli.ok("target", "import", "-", "--format", "csv", "--dry-run", stdin=f"{rows},127.0.0.1")
    done = cli.ok("target", "import", "-", "--format", "csv", stdin=f"{rows},127.0.0.1")

    assert refused.returncode == 1
    assert "line 3: refused imp-two" in refused.stdout and "1 to create" in refused.stdout and "nothing was imported" in refused.stdout
    assert "2 to create" in planned and "created" not in planned
    assert "2 created" in done


def test_applying_twice_changes_nothing(cli: Cli, fleet: Fleet, tmp_path: Path) -> None:
    name = apply(cli, tmp_path, fleet)
    again = cli.ok("job", "apply", "-f", tmp_path)

    assert name in again and "unchanged" in again
    assert cli.json("job", "show", name)["version"] == 1
    assert name in cli.ok("job", "list")


def test_a_bad_file_is_refused_with_line_and_column(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\nsteps:\n  - name: one\n    comand: x\n")
    result = cli.run("job", "apply", "-f", tmp_path)

    assert result.returncode == 2
    assert "bad.yaml:4:" in result.stdout + result.stderr
    assert "comand" in result.stdout + result.stderr


def test_what_is_not_saved_because_of_another_file_is_not_called_saved(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("name: bad\n")
    (tmp_path / "good.yaml").write_text("name: spared\nsteps:\n  - name: one\n    command: 'true'\n")
    for arguments, code in [((), 2), (("--dry-run",), 2)]:
        result = cli.run("job", "apply", "-f", tmp_path, *arguments)

        assert result.returncode == code
        assert "would be created spared" in result.stdout.splitlines()
    assert cli.run("job", "show", "spared").returncode == 2


def test_a_key_that_is_not_known_is_told_once_and_with_the_way_out(cli: Cli, fleet: Fleet) -> None:
    name = f"unpinned-{uuid.uuid4().hex[:6]}"
    cli.ok("target", "add", name, "--host", fleet.sshd.addresses[0], "--port", str(fleet.sshd.port), "--credential", f"{fleet.tag}-key")
    result = cli.run("target", "test", name)

    assert result.returncode == 1
    assert result.stdout.count("is not known") == 1
    assert f"opsconductor target pin {name}" in result.stdout


def test_a_misspelt_credential_is_recognised(cli: Cli, fleet: Fleet) -> None:
    result = cli.run("target", "add", "never", "--host", "127.0.0.1", "--credential", f"{fleet.tag}-kye")

    assert result.returncode == 2
    assert f"did you mean {fleet.tag}-key?" in result.stderr


def test_what_prints_bytes_offers_no_other_form(cli: Cli) -> None:
    for command in (["execution", "logs", "C1"], ["target", "export"]):
        assert cli.run(*command, "--output", "json").returncode == 2


def test_a_token_offers_only_what_it_can_have(cli: Cli) -> None:
    assert "jobs.run" in cli.ok("token", "create", "--help")
    assert "signed_in" not in cli.ok("token", "create", "--help")
    assert cli.run("token", "create", "odd", "--scope", "worker").returncode == 2


def test_following_a_job_prints_plain_lines_in_a_pipe_and_ends_with_its_result(cli: Cli, fleet: Fleet, tmp_path: Path) -> None:
    good = cli.run("job", "run", apply(cli, tmp_path / "good", fleet), "--follow")
    bad = cli.run("job", "run", apply(cli, tmp_path / "bad", fleet, code=4), "--follow")

    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    assert good.stdout.count("from the terminal") == len(fleet.targets)
    for target in fleet.targets:
        assert target["name"] in good.stdout
    assert not CONTROL.search(good.stdout + good.stderr)


def test_a_command_runs_on_a_filter_and_its_exit_code_tells_how_it_went(cli: Cli, fleet: Fleet) -> None:
    good = cli.run("run", "--on", fleet.filter, "--", "echo", "it's", "me")
    bad = cli.run("run", "--on", fleet.one(), "--", "false")

    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    assert good.stdout.count("it's me") == len(fleet.targets)


def test_a_run_on_nothing_says_so(cli: Cli) -> None:
    result = cli.run("run", "--on", "name = nobody", "--", "true")

    assert result.returncode in (1, 2)
    assert "match" in result.stderr


def test_executions_can_be_listed_shown_read_and_run_again(cli: Cli, fleet: Fleet) -> None:
    result = cli.run("run", "--on", fleet.one(), "--output", "json", "--", "echo", "kept")
    serial = json.loads(result.stdout)["execution"]["serial"]

    assert serial in cli.ok("execution", "list")
    assert serial in cli.ok("execution", "show", serial)
    assert "kept" in cli.ok("execution", "logs", serial, "--branch", "1", "--step", "1")
    again = cli.json("execution", "rerun", serial, "--all")
    assert again["serial"] != serial


def test_cancelling_from_the_terminal_ends_the_process(cli: Cli, fleet: Fleet) -> None:
    marker = f"cli-{uuid.uuid4().hex}"
    follower = subprocess.Popen(
        [BINARY, "run", "--on", fleet.one(), "--", f"sh -c 'sleep 60; echo' {marker}"], env=cli.environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    remote = until(lambda: [pid for pid in pids_with(f"60; echo' {marker}") + pids_with(marker) if pid != follower.pid], 20, "the process")
    serial = cli.json("execution", "list")[0]["serial"]

    cli.ok("execution", "cancel", serial)
    follower.communicate(timeout=30)

    assert remote
    assert follower.returncode == 1
    assert pids_with(marker) == []


def test_interrupting_the_follower_leaves_the_run_alone(cli: Cli, fleet: Fleet, admin) -> None:
    marker = f"left-{uuid.uuid4().hex}"
    follower = subprocess.Popen(
        [BINARY, "run", "--on", fleet.one(), "--", f"sleep 1; echo {shlex.quote(marker)}"], env=cli.environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: [pid for pid in pids_with(marker) if pid != follower.pid], 20, "the process")
    execution = admin.get("/api/executions")["items"][0]

    follower.send_signal(signal.SIGINT)
    follower.communicate(timeout=10)

    assert admin.finished(execution["id"])["state"] == "succeeded"
    assert marker.encode() in admin.log(execution["id"])


def test_shells_get_their_completions(cli: Cli) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "opsconductor" in cli.ok("--generate-completion-script", shell)


def test_check_config_prints_every_setting_its_source_and_no_secret(own_server: Server) -> None:
    result = subprocess.run(
        [BINARY, "check-config"], env={"HTTP_PORT": "8123", "DATA_DIR": str(own_server.data)}, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    for word in ("HTTP_HOST", "HTTP_PORT", "8123", "DATA_DIR", "SECRET_KEY_FILE", "LOG_LEVEL"):
        assert word in result.stdout
    wrong = subprocess.run(
        [BINARY, "check-config"], env={"HTTP_PORT": "many", "LOG_LEVEL": "loud"}, capture_output=True, text=True, check=False)
    assert wrong.returncode != 0
    assert "HTTP_PORT" in wrong.stdout + wrong.stderr and "LOG_LEVEL" in wrong.stdout + wrong.stderr
