"""Rows of the result: medians, ratios and the table."""
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from measuring import Sample, median


@dataclass
class Row:
    """One comparison. A ratio above 1 always means that ours is better."""

    id: str
    what: str
    unit: str
    ours: float
    peer: str
    peer_value: float
    ratio: float
    runs: int
    noise: float


@dataclass
class Figure:
    """A value of ours that is only printed."""

    what: str
    value: str


def significant(value: float) -> float:
    """Four significant digits."""
    return float(f"{value:.4g}")


def compare(
    name: str, what: str, unit: str, peer: str, ours: list[float], theirs: list[float], *, higher_is_better: bool,
    samples: list[Sample],
) -> Row:
    """Makes a row out of the values of all runs."""
    our_median, their_median = median(ours), median(theirs)
    ratio = our_median / their_median if higher_is_better else their_median / our_median
    noise = median([sample.noise for sample in samples]) if samples else 0.0
    return Row(
        name, what, unit, significant(our_median), peer, significant(their_median), significant(ratio), min(len(ours), len(theirs)),
        significant(noise))


def table(rows: list[Row]) -> str:
    """The rows for people."""
    lines = [f"{'id':36} {'ours':>10} {'peer':>10} {'unit':14} {'ratio':>7} {'runs':>4} {'noise':>6}  against"]
    lines += [
        f"{row.id:36} {row.ours:>10g} {row.peer_value:>10g} {row.unit:14} {row.ratio:>7.4g} {row.runs:>4} {row.noise:>6.2f}  {row.peer}"
        for row in rows]
    return "\n".join(lines)


def save(rows: list[Row], path: Path) -> None:
    """Writes the rows; rows of earlier runs that were not measured now stay."""
    known = {row["id"]: row for row in json.loads(path.read_text())} if path.exists() else {}
    known |= {row.id: asdict(row) for row in rows}
    path.write_text(json.dumps(list(known.values()), indent=2) + "\n")
