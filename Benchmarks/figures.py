"""Figures without a peer: a million lines from one target, and how many empty branches a second are carried out and stored."""
import hashlib

from context import Context, require
from results import Figure

LINES = 1_000_000
BRANCHES = 1000


def million_lines(context: Context) -> Figure:
    """Complete, in order, byte by byte."""
    expected = hashlib.sha256("".join(f"{number}\n" for number in range(1, LINES + 1)).encode()).hexdigest()
    with context.ours(targets=1) as server:
        sample, execution = server.run(f"seq 1 {LINES}", "all")
        found = hashlib.sha256(server.api.log(execution, branch=1, step=1)).hexdigest()
        require(found == expected, "the million lines are not the same after storing")
    return Figure(
        "1,000,000 lines from one target over SSH, stored",
        f"complete, in order, SHA-256 equal; {sample.wall:.2f} s, {sample.cpu:.2f} CPU s, server peak {sample.peak_kb / 1024:.0f} MB")


def empty_branches(context: Context) -> Figure:
    """Durable: every branch and step result is stored."""
    rates = []
    with context.ours(targets=1) as server:
        server.describe_local(BRANCHES)
        for _ in range(context.runs):
            sample, execution = server.run("true", "here", parallel=200)
            counts = server.api.execution(execution)["counts"]
            require(counts["succeeded"] == BRANCHES, f"not all branches succeeded: {counts}")
            rates.append(BRANCHES / sample.wall)
    return Figure(f"an empty command on {BRANCHES} Local branches, stored", f"{sorted(rates)[len(rates) // 2]:.0f} branches/s")
