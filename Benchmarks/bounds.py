"""What this machine leaves room for: a client that decides and stores nothing, on the same hosts, in the same run."""
import subprocess
import time
from pathlib import Path

from context import Context, require
from results import Figure

SOURCE = Path(__file__).resolve().parent / "bare_ssh.c"
WARM_ROUNDS = 4


def bare_client(context: Context) -> list[Figure]:
    """The least CPU time that libssh takes, and the most logins and commands that sshd serves on what is left of the cores."""
    program = context.folder / "bare_ssh"
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-Wno-implicit-fallthrough", "-o", program, SOURCE, "-lssh"], check=True)
    cpu, logins, commands = [], [], []
    for number in range(context.runs):
        context.say(f"a bare client, run {number + 1} of {context.runs}")
        few = run(context, program, context.few)[0]
        cold, *warm = run(context, program, context.hosts, WARM_ROUNDS)
        cpu.append((cold[1] - few[1]) * 1000 / (context.hosts - context.few))
        logins.append(context.hosts / cold[0])
        commands += [context.hosts / wall for wall, _ in warm]
    return [
        Figure("a bare libssh client that stores nothing: CPU for one more new connection, login and command", spread(cpu, "ms", 2)),
        Figure("a bare libssh client that stores nothing: new connection, login and command, 50 at once", spread(logins, "hosts/s", 1)),
        Figure("a bare libssh client that stores nothing: command over an open connection, 50 at once", spread(commands, "runs/s", 0)),
    ]


def run(context: Context, program: Path, count: int, rounds: int = 0) -> list[tuple[float, float]]:
    """Wall and CPU seconds of the cold and each warm round; every answer was right."""
    farm = context.farm
    answer = subprocess.run(
        [program, context.folder / "hosts", str(count), str(farm.port), "50", farm.user_key, farm.host_key[1], str(rounds)],
        capture_output=True, text=True)
    lines = [line.split() for line in answer.stdout.splitlines()]
    require(answer.returncode == 0 and len(lines) == 1 + rounds, f"the bare client said: {answer.stderr}")
    time.sleep(1)  # sshd takes a moment to end the sessions; that is not to count against the next
    return [(float(words[4]), float(words[6])) for words in lines]


def spread(values: list[float], unit: str, digits: int) -> str:
    """The median and the range."""
    ordered = sorted(values)
    return (f"median {ordered[len(ordered) // 2]:.{digits}f} {unit}, {ordered[0]:.{digits}f} to {ordered[-1]:.{digits}f},"
            f" {len(ordered)} runs")
