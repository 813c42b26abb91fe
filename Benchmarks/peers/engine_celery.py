"""Celery as durable as it gets without another broker: tasks are acknowledged when they have ended, states and results are in PostgreSQL.

    engine_celery.py fill COUNT FIRST
"""
import os
import sys

from celery import Celery
from engine_task import work

app = Celery(
    "engine_celery", broker=os.environ["BENCH_REDIS"], backend="db+" + os.environ["BENCH_DATABASE"].replace("://", "+psycopg2://", 1))
app.conf.update(
    task_acks_late=True, task_track_started=True, result_extended=True, worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True)


@app.task(name="work")
def run(token: int) -> str:
    """One task."""
    return work(token)


if __name__ == "__main__":
    for number in range(int(sys.argv[3]), int(sys.argv[3]) + int(sys.argv[2])):
        run.delay(number)
