"""APScheduler with its entries in memory: all come due in the same second; prints when the last function was called and the CPU time that took."""
import datetime
import sys
import time

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger


def main() -> None:
    """Loads, waits and prints."""
    count, wait = int(sys.argv[1]), float(sys.argv[2])
    fired: list[float] = []
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(10)}, timezone="UTC", job_defaults={"misfire_grace_time": 300, "coalesce": True})
    due = datetime.datetime.fromtimestamp(int(time.time() + wait), datetime.UTC)
    when = {"second": due.second, "minute": due.minute, "hour": due.hour, "day": due.day, "timezone": "UTC"}
    for number in range(count):
        scheduler.add_job(lambda: fired.append(time.time()), CronTrigger(**when), id=str(number))
    scheduler.start()
    if time.time() > due.timestamp():
        sys.exit("it was due while it was loaded")
    time.sleep(due.timestamp() - time.time())
    begin = time.process_time()
    while len(fired) < count and time.time() < due.timestamp() + 120:
        time.sleep(0.05)
    print(f"fired {len(fired)} last_s {max(fired) - due.timestamp():.3f} cpu_s {time.process_time() - begin:.3f}")
    scheduler.shutdown(wait=False)


if __name__ == "__main__":
    main()
