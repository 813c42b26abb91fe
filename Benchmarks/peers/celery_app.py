"""The process set of a usual Python stack: one Celery application for a worker and beat, on Redis."""
import os

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_REDIS"])
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True, timezone="UTC")


@app.task
def nothing() -> None:
    """Does nothing."""
