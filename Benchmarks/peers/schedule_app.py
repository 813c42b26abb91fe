"""Celery beat with RedBeat: entries that all come due in the minute of BENCH_DUE and not again while it is measured. Run as a program it loads them."""
import datetime
import os

from celery import Celery
from celery.schedules import crontab

app = Celery("bench", broker=os.environ["BENCH_REDIS"] + "/3")
app.conf.update(
    task_ignore_result=True, redbeat_redis_url=os.environ["BENCH_REDIS"] + "/4", beat_max_loop_interval=1, redbeat_lock_timeout=30, timezone="UTC")


@app.task(name="nothing")
def nothing(number: int) -> None:
    """Does nothing; only its messages are counted."""


def load() -> None:
    """Adds the entries."""
    from redbeat import RedBeatSchedulerEntry

    due = datetime.datetime.fromtimestamp(float(os.environ["BENCH_DUE"]), datetime.UTC)
    when = crontab(minute=due.minute, hour=due.hour, day_of_month=due.day, month_of_year=due.month)
    for number in range(int(os.environ["BENCH_COUNT"])):
        RedBeatSchedulerEntry(f"entry{number}", "nothing", when, args=(number,), app=app).save()


if __name__ == "__main__":
    load()
