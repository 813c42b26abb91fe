"""dramatiq on Redis: nothing stays of a task that has ended.

    engine_dramatiq.py fill COUNT FIRST
"""
import os
import sys

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from engine_task import work

dramatiq.set_broker(RedisBroker(url=os.environ["BENCH_REDIS"]))


@dramatiq.actor(actor_name="work")
def run(token: int) -> None:
    """One task."""
    work(token)


if __name__ == "__main__":
    for number in range(int(sys.argv[3]), int(sys.argv[3]) + int(sys.argv[2])):
        run.send(number)
