#!/usr/bin/env python3
"""Writes the golden data of Tests/CalendarTests by other people's calendars: Python's zoneinfo for zones, croniter for cron, dateutil for RRULE.

    .venv/bin/python scripts/golden/schedules.py

What croniter does not know (LW, L-3) or means otherwise (`*/2` together with a weekday, 31W in shorter months, a day of the month together
with the fifth Sunday) is counted day by day here. What happens at local times that a zone
skips or repeats is decided here from zoneinfo's `fold` alone, without the product's notion of spans.
"""
import calendar as months
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from dateutil.rrule import rrulestr

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "CalendarTests" / "Golden"
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1)
ZONE_DATA = Path("/usr/share/zoneinfo")

# The expressions that are asked around every change of every zone's clocks.
AROUND = ["30 2 * * *", "0 0 * * *", "*/20 0-3 * * *", "15 * * * *", "15 23 L * *", "0 */2 * * 0"]
RULES = [("shift", "first"), ("skip", "second"), ("shift", "both")]
AROUND_HOURS = 24

CRON = """*/15 * * * *|30 2 * * *|30 2 * * 1-5|0 0 1 1 *|0 0 29 2 *|0 0 31 * *|0 0 30 4,6,9,11 *|59 23 31 12 *|0 12 L * *|0 12 L-3 * *|0 12 LW * *
0 12 15W * *|0 12 1W * *|0 12 31W * *|0 12 * * 5#3|0 12 * * 1#5|0 12 * * 5L|0 12 * * 0L|0 12 13 * 5|0 12 */2 * 1|0 12 1-7 * */2|5,10,55 8-18/2 * * *
*/7 */5 * * *|0 0 * JAN,MAR-MAY SUN|0 0 * * 7|15 30 4 * * *|*/20 59 23 * * *|0 0 0 1 */3 *|1-5/2 * * * * *|30 5 * * MON-FRI|0 0 28-31 * *|0 0 L 2 *
0 0 29 2 1|0 9 1,15,L * *|0 4 8-14 * *|10 10 10 10 *|0 0 1 */6 *|0 0 */10 * *|45 23 * 12 6|0 0 1-3,29-31 * *|0 22 * * 1-5|23 0-20/2 * * *|5 4 * * sun
0 0,12 1 */2 *|0 4 * * 2#1|0 4 * * 0#5|@daily|@weekly|@monthly|@yearly|@hourly|0 0 31 1,3 *|0 0 29 2 0#5|59 59 23 31 12 *|7 7 7 7 *"""

RRULES = """FREQ=DAILY|FREQ=DAILY;INTERVAL=10;COUNT=5|FREQ=WEEKLY;BYDAY=MO,WE,FR|FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU|FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU,SU
FREQ=MONTHLY;BYMONTHDAY=-1|FREQ=MONTHLY;BYMONTHDAY=31|FREQ=MONTHLY;BYMONTHDAY=1,15,-2|FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18|FREQ=MONTHLY;BYDAY=1MO,3MO|FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1|FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2,-3|FREQ=YEARLY|FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29|FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8
FREQ=YEARLY;BYDAY=20MO|FREQ=YEARLY;BYDAY=-1SU|FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU|FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO|FREQ=YEARLY;BYDAY=TH;BYSETPOS=-1|FREQ=YEARLY;BYMONTHDAY=-31,5
FREQ=DAILY;BYMONTH=1,2;BYDAY=SA,SU|FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30;BYSECOND=0,15|FREQ=DAILY;BYHOUR=9,17;BYSETPOS=-1|FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=8,20;BYSETPOS=1,-1|FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,11,12,13,14,15
FREQ=WEEKLY;UNTIL=20260301T000000;BYDAY=SU|FREQ=DAILY;UNTIL=20260120|FREQ=MONTHLY;COUNT=7;BYDAY=1FR|FREQ=HOURLY;INTERVAL=5|FREQ=MINUTELY;INTERVAL=90;COUNT=6|FREQ=SECONDLY;INTERVAL=45|FREQ=HOURLY;BYDAY=MO;BYHOUR=9,10
FREQ=MINUTELY;INTERVAL=25;BYHOUR=3;BYMONTH=2|FREQ=MONTHLY|FREQ=WEEKLY|FREQ=YEARLY;INTERVAL=3;BYMONTH=1,6|FREQ=MONTHLY;BYMONTH=6;BYDAY=2TU|FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=MO"""


def seconds(moment: datetime) -> int:
    """Seconds since 1970 of a time without a zone."""
    return int((moment.replace(tzinfo=None) - EPOCH) / timedelta(seconds=1))


def is_day(expression: str, day: datetime) -> bool:
    """Whether the fields for days of an expression that croniter does not know mean a day."""
    by_month, _, by_week = expression.split()[-3:]
    length = months.monthrange(day.year, day.month)[1]
    weekday = (day.weekday() + 1) % 7
    if by_month == "LW":
        last = next(number for number in range(length, 0, -1) if datetime(day.year, day.month, number).weekday() < 5)
        return day.day == last
    if by_month.startswith("L-"):
        return day.day == length - int(by_month[2:])
    if by_month == "31W":
        wanted = {5: 30, 6: 29}.get(datetime(day.year, day.month, 31).weekday(), 31) if length == 31 else 0
        return day.day == wanted
    if by_week == "0#5":
        return day.month == 2 and (day.day == 29 or (weekday == 0 and day.day > 28))
    if by_month == "*/2":
        return day.day % 2 == 1 and weekday == int(by_week)
    if by_week == "*/2":
        return day.day <= 7 and weekday % 2 == 0
    raise ValueError(expression)


def is_own(expression: str) -> bool:
    """Whether an expression is counted here."""
    fields = expression.split()
    if len(fields) != 5:
        return False
    _, _, by_month, _, by_week = fields
    return by_month in ("LW", "31W") or by_month.startswith("L-") or (by_month == "*/2" and by_week != "*") or by_week == "*/2" or expression == "0 0 29 2 0#5"


def local_times(expression: str, start: datetime, end: datetime):
    """The local times of an expression from a start (in) to an end (out)."""
    if is_own(expression):
        minute, hour = expression.split()[:2]
        day = start.replace(hour=0, minute=0, second=0)
        while day < end:
            if is_day(expression, day) and start <= (moment := day.replace(hour=int(hour), minute=int(minute))) < end:
                yield moment
            day += timedelta(days=1)
        return
    fields = [f"L{field[0]}" if len(field) == 2 and field[1] == "L" and field[0].isdigit() else field for field in expression.split()]
    run = croniter(" ".join(fields), start - timedelta(seconds=1), second_at_beginning=True, max_years_between_matches=60)
    while (moment := run.get_next(datetime)) < end:
        yield moment


@cache
def cached_times(expression: str, day: datetime) -> tuple[datetime, ...]:
    """The local times of an expression on a day."""
    return tuple(local_times(expression, day, day + timedelta(days=1)))


def offset(zone: ZoneInfo, instant: datetime) -> int:
    """Local time minus UTC in seconds."""
    return int(instant.astimezone(zone).utcoffset().total_seconds())


def changes(zone: ZoneInfo) -> list[tuple[int, int]]:
    """The offset at the beginning, and every change with the offset after it."""
    found = [(seconds(FIRST), offset(zone, FIRST))]
    low = FIRST
    while low < LAST:
        high = low + timedelta(hours=6)
        if offset(zone, high) != offset(zone, low):
            near, far = low, high
            while far - near > timedelta(seconds=1):
                middle = near + timedelta(seconds=int((far - near).total_seconds()) // 2)
                near, far = (middle, far) if offset(zone, middle) == offset(zone, low) else (near, middle)
            found.append((seconds(far), offset(zone, far)))
        low = high
    return found


def instants(zone: ZoneInfo, local: datetime, skipped: str, repeated: str, changed: int) -> list[int]:
    """The instants of a local time by the rules; `changed` is the change that is near."""
    found = set()
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == local:
            found.add(seconds(moment))
    if not found:
        return [changed] if skipped == "shift" else []
    return {"first": [min(found)], "second": [max(found)], "both": sorted(found)}[repeated]


def around(zone: ZoneInfo, changed: int) -> list[tuple[int, int]]:
    """What is due around a change: the number of the question, and the instant."""
    answers = []
    low, high = changed - AROUND_HOURS * 3600, changed + AROUND_HOURS * 3600
    first = (EPOCH + timedelta(seconds=low)).replace(hour=0, minute=0, second=0) - timedelta(days=2)
    days = [first + timedelta(days=number) for number in range(AROUND_HOURS // 12 + 5)]
    for index, expression in enumerate(AROUND):
        for number, (skipped, repeated) in enumerate(RULES):
            if expression.split()[1] == "*":
                skipped, repeated = "skip", "both"
            due = {
                instant for day in days for local in cached_times(expression, day)
                for instant in instants(zone, local, skipped, repeated, changed) if low <= instant < high}
            answers += [(index * len(RULES) + number, instant) for instant in sorted(due)]
    return answers


def fnv(text: str) -> int:
    """FNV-1a of 64 bits."""
    digest = 0xCBF29CE484222325
    for byte in text.encode():
        digest = ((digest ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return digest


def write_zones() -> None:
    """Zones whose clocks go alike share a line: the changes, how many instants are due around them, their digest, the names."""
    groups = defaultdict(list)
    for name in sorted(available_timezones()):
        if (ZONE_DATA / name).is_file() and name != "localtime":
            groups[tuple(changes(ZoneInfo(name)))].append(name)
    lines = [ZONE_DATA.joinpath("tzdata.zi").read_text(encoding="utf-8").splitlines()[0].split()[-1]]
    compared = due = 0
    for table, names in sorted(groups.items(), key=lambda group: group[1]):
        answers = [answer for changed, _ in table[1:] for answer in around(ZoneInfo(names[0]), changed)]
        digest = fnv("".join(f"{question} {instant}\n" for question, instant in answers))
        lines.append(f"{' '.join(f'{at}:{offset}' for at, offset in table)}|{len(answers)}|{digest:016x}|{' '.join(names)}")
        compared += len(names) * (len(table) - 1)
        due += len(answers)
    (FOLDER / "zones.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"zones: {sum(map(len, groups.values()))} in {len(groups)} groups, {compared} changes, {due} instants due around them")


def write_cron() -> None:
    """An expression, a start, and the next instants in UTC."""
    lines = []
    for expression in CRON.replace("\n", "|").split("|"):
        for start in (datetime(2020, 1, 1), datetime(2024, 2, 28, 23, 59, 59), datetime(2026, 3, 31, 12, 34, 56), datetime(2096, 2, 29)):
            times = local_times(expression, start + timedelta(seconds=1), datetime(9000, 1, 1))
            found = [str(seconds(moment)) for moment, _ in zip(times, range(5))]
            lines.append(f"{expression}|{seconds(start)}|{','.join(found)}")
    (FOLDER / "cron.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"cron: {len(lines)} questions")


def write_rules() -> None:
    """A rule, its start, and its first local times."""
    lines = []
    for rule in RRULES.replace("\n", "|").split("|"):
        for start in (datetime(2026, 1, 5, 9, 30, 15), datetime(2024, 2, 29, 23, 0), datetime(2025, 12, 31, 0, 0)):
            # A date as the end means the whole day here.
            text = f"{rule}T235959" if rule.split("UNTIL=")[-1].isdigit() and "UNTIL=" in rule else rule
            found = [str(seconds(moment)) for moment, _ in zip(rrulestr(text, dtstart=start), range(10))]
            if found:
                lines.append(f"{rule}|{seconds(start)}|{','.join(found)}")
    (FOLDER / "rules.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"rules: {len(lines)} questions")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    write_cron()
    write_rules()
    write_zones()
    sys.exit(0)
