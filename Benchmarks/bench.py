#!/usr/bin/env python3
"""Measures our server and its peers side by side on this machine, writes results.json and prints a table.

    make bench                                          everything, 5 runs each
    make bench BENCH='--only ssh.warm.500.runs_per_s'   what gives this row
    make bench BENCH=--quick                            a short try: few hosts, one run, no results.json

Runs of ours and of the peers alternate; medians are compared; a run in which any answer was wrong ends the benchmark.
`noise` is how many cores others used meanwhile: above about 0.2 the wall times say little.
"""
import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from api_rows import CASES as API_CASES  # noqa: E402
from api_rows import api, api_whole  # noqa: E402
from bounds import bare_client  # noqa: E402
from context import Context  # noqa: E402
from driver_rows import select  # noqa: E402
from engine_rows import drain, forked, slow_disk, start_latency, streaming  # noqa: E402
from engine_scale import embedded, flat, wide  # noqa: E402
from figures import empty_branches, million_lines  # noqa: E402
from idle_rows import memory, ready_and_first_line  # noqa: E402
from live_rows import fan_out, first_line_in_browser  # noqa: E402
from measuring import adopt_orphans  # noqa: E402
from results import Figure, Row, save, table  # noqa: E402
from schedule_rows import schedules  # noqa: E402
from split_rows import hops  # noqa: E402
from split_rows import memory as split_memory  # noqa: E402
from ssh_rows import cold, cold_ansible, supervisor, twice, warm  # noqa: E402

RESULTS = Path(__file__).resolve().parent / "results.json"

CAMPAIGNS: list[tuple[tuple[str, ...], Callable[[Context], Any]]] = [
    (("ssh.cold.500.client_cpu_per_host", "ssh.cold.500.hosts_per_s", "ssh.memory.500"), cold),
    (("ssh.cold.500.hosts_per_s.ansible",), cold_ansible),
    (("ssh.warm.500.runs_per_s",), warm),
    (("ssh.bounds",), bare_client),
    (("ssh.twice.100.runs_per_s",), twice),
    (("live.fanout.50",), fan_out),
    (("live.first_line_p99", "idle.ready_s"), ready_and_first_line),
    (("idle.memory",), memory),
    (("live.first_line_in_browser",), first_line_in_browser),
    (("lines.million",), million_lines),
    (("branches.empty",), empty_branches),
    ((*(f"api.{case}.{kind}" for case in API_CASES for kind in ("requests_per_s", "cpu")), "api.get.p99", "api.memory"), api),
    ((*(f"api.{case}.{kind}.whole" for case in API_CASES for kind in ("requests_per_s", "cpu")), "api.get.p99.whole", "api.memory.whole"), api_whole),
    (("api.hops",), hops),
    (("driver.select.queries_per_s",), select),
    (("stack.idle_memory",), split_memory),
    (("engine.drain.pgqueuer", "engine.drain_cpu.pgqueuer", "engine.drain_cpu.pgqueuer_filled", "engine.drain_cpu.pgqueuer_tuned",
      "engine.drain.pgqueuer_tuned", "engine.drain_single.pgqueuer", "engine.drain.celery_durable", "engine.drain.dramatiq"), drain),
    (("engine.streaming_32",), streaming),
    (("engine.start_latency_p50", "engine.start_latency_p99"), start_latency),
    (("engine.streaming_32.slow_disk", "engine.start_latency_p50.slow_disk", "engine.start_latency_p99.slow_disk"), slow_disk),
    (("engine.claim.flat", "engine.list.flat"), flat),
    (("engine.forked",), forked),
    (("engine.supervisor",), supervisor),
    (("engine.wide",), wide),
    (("engine.embedded",), embedded),
    (("schedules.10k.lag", "schedules.10k.cpu", "schedules.10k.lag.apscheduler", "schedules.10k.idle_cpu"), schedules),
]


def main() -> int:
    """Reads the arguments and measures."""
    known = [name for names, _ in CAMPAIGNS for name in names]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", action="append", choices=known, metavar="ID", help="measure this row; may be repeated: " + ", ".join(known))
    parser.add_argument("--runs", type=int, default=5, help="runs of each (default 5)")
    parser.add_argument("--quick", action="store_true", help="one run on 40 hosts, writes nothing")
    arguments = parser.parse_args()
    adopt_orphans()
    rows: list[Row] = []
    figures: list[Figure] = []
    chosen = [campaign for names, campaign in CAMPAIGNS if not arguments.only or set(names) & set(arguments.only)]
    with Context(1 if arguments.quick else arguments.runs, 40 if arguments.quick else 500) as context:
        for number, campaign in enumerate(chosen, 1):
            print(f"[{number}/{len(chosen)}] {(campaign.__doc__ or '').splitlines()[0]}", flush=True)
            result = campaign(context)
            if isinstance(result, Figure):
                figures.append(result)
            elif isinstance(result, tuple):
                rows += result[0]
                figures += result[1]
            else:
                rows += [row for row in result if isinstance(row, Row)]
                figures += [figure for figure in result if isinstance(figure, Figure)]
    if not arguments.quick and rows:
        save(rows, RESULTS)
    print("\n" + table(rows))
    for figure in figures:
        print(f"{figure.what}: {figure.value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
