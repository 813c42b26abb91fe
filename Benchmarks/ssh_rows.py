"""SSH fan-out: cold, warm, the same job twice, and memory."""
from context import Context
from results import Row, compare


def cold(context: Context) -> list[Row]:
    """New connections to all hosts against asyncssh and parallel-ssh."""
    few = context.few
    ours_few, ours, asyncssh, parallel_few, parallel, open_kb = [], [], [], [], [], []
    with context.ours() as server:
        for number in range(context.runs):
            context.say(f"cold connections, run {number + 1} of {context.runs}")
            server.forget_connections()
            ours_few.append(server.hello("few", few))
            memory_few = server.memory_kb()
            server.forget_connections()
            ours.append(server.hello("all", context.hosts))
            open_kb.append((server.memory_kb() - memory_few) / (context.hosts - few))
            server.forget_connections()
            asyncssh.append(context.asyncssh(context.hosts))
            parallel_few.append(context.parallel_ssh(few))
            parallel.append(context.parallel_ssh(context.hosts))
    span = context.hosts - few
    context.say(f"memory for each further open session: {sorted(open_kb)[len(open_kb) // 2]:.0f} kB (at most 60)")
    return [
        compare(
            "ssh.cold.500.client_cpu_per_host", "CPU of the whole server for one more new connection, login and command", "ms",
            "parallel-ssh (host keys unchecked)",
            [(more.cpu - less.cpu) * 1000 / span for more, less in zip(ours, ours_few, strict=True)],
            [(more.cpu - less.cpu) * 1000 / span for more, less in zip(parallel, parallel_few, strict=True)],
            higher_is_better=False, samples=[*ours, *parallel]),
        compare(
            "ssh.cold.500.hosts_per_s", "new connection, login and command on 500 hosts, 50 at once", "hosts/s", "asyncssh",
            [context.hosts / sample.wall for sample in ours], [context.hosts / sample.extra["cold"] for sample in asyncssh],
            higher_is_better=True, samples=[*ours, *asyncssh]),
        compare(
            "ssh.memory.500", "peak memory of the whole server while it runs on 500 hosts", "kB", "asyncssh process",
            [sample.peak_kb for sample in ours], [sample.peak_kb for sample in asyncssh],
            higher_is_better=False, samples=[*ours, *asyncssh]),
    ]


def cold_ansible(context: Context) -> list[Row]:
    """New connections to all hosts against Ansible."""
    ours, ansible = [], []
    with context.ours() as server:
        for number in range(context.runs):
            context.say(f"cold connections against Ansible, run {number + 1} of {context.runs}")
            server.forget_connections()
            ours.append(server.hello("all", context.hosts))
            server.forget_connections()
            ansible.append(context.ansible(context.hosts))
    return [compare(
        "ssh.cold.500.hosts_per_s.ansible", "new connection, login and command on 500 hosts, 50 at once", "hosts/s",
        "Ansible raw, 50 forks", [context.hosts / sample.wall for sample in ours],
        [context.hosts / sample.wall for sample in ansible], higher_is_better=True, samples=[*ours, *ansible])]


def warm(context: Context) -> list[Row]:
    """Commands over connections that are open."""
    ours, asyncssh = [], []
    with context.ours() as server:
        for number in range(context.runs):
            context.say(f"warm connections, run {number + 1} of {context.runs}")
            server.hello("all", context.hosts)
            ours.append(server.hello("all", context.hosts))
            server.forget_connections()
            asyncssh.append(context.asyncssh(context.hosts, rounds=1))
    return [compare(
        "ssh.warm.500.runs_per_s", "a command on 500 hosts over open connections, 50 at once", "runs/s", "asyncssh, connections kept",
        [context.hosts / sample.wall for sample in ours], [context.hosts / sample.extra["warm0"] for sample in asyncssh],
        higher_is_better=True, samples=[*ours, *asyncssh])]


def twice(context: Context) -> list[Row]:
    """The same job a second time within a minute."""
    few, ours, ansible = context.few, [], []
    with context.ours() as server:
        for number in range(context.runs):
            context.say(f"the same job twice, run {number + 1} of {context.runs}")
            server.hello("few", few)
            ours.append(server.hello("few", few))
            server.forget_connections()
            context.ansible(few, keep_connections=True)
            ansible.append(context.ansible(few))
    return [compare(
        "ssh.twice.100.runs_per_s", "the second run of the same job on 100 hosts within a minute", "runs/s",
        "Ansible raw with ControlPersist", [few / sample.wall for sample in ours], [few / sample.wall for sample in ansible],
        higher_is_better=True, samples=[*ours, *ansible])]


def supervisor(context: Context) -> list[Row]:
    """New connections to all hosts, with a supervisor for each command and without."""
    supervised, plain = [], []
    with context.ours() as server:
        for number in range(context.runs):
            context.say(f"supervised commands, run {number + 1} of {context.runs}")
            server.forget_connections()
            plain.append(server.hello("all", context.hosts))
            server.forget_connections()
            supervised.append(server.supervised_hello("all", context.hosts))
    return [compare(
        "engine.supervisor", "new connection, login and a command under a supervisor on 500 hosts, 50 at once", "runs/s",
        "the same without a supervisor", [context.hosts / sample.wall for sample in supervised],
        [context.hosts / sample.wall for sample in plain], higher_is_better=True, samples=[*supervised, *plain])]
