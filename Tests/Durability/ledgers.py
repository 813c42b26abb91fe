"""Three ledgers of the same work: the tables of executions, the entries of their feeds, and the lines that commands wrote on the targets."""
import os
import shlex
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.api import FINAL
from rows import Rows


@dataclass(frozen=True)
class Effect:
    """A line that a command wrote on a target."""

    word: str
    execution: str
    target: str
    step: int
    at: float

    @property
    def place(self) -> tuple[str, str, int]:
        """What was run where."""
        return self.execution, self.target, self.step


class Effects:
    """The file that all targets share. Lines are written in one piece."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.file.touch()

    def command(self, step: int, pause: str) -> str:
        """A command that leaves a line when it begins, takes a while, and leaves another one."""
        def line(word: str) -> str:
            return f"echo {word} {{{{ execution.id }}}} {{{{ target.name }}}} {step} $(date +%s%3N) >> {shlex.quote(str(self.file))}"
        return f"{line('begin')}; echo out; sleep {pause}; {line('end')}"

    def read(self) -> list[Effect]:
        """Every line so far, in order."""
        fields = (line.split() for line in self.file.read_text().splitlines())
        return [Effect(word, execution, target, int(step), int(at) / 1000) for word, execution, target, step, at in fields]

    def await_more(self, lines: int, timeout: float = 20) -> None:
        """Returns at the moment at which so many lines have been added, or when time is over."""
        pause, end, added = threading.Event(), time.monotonic() + timeout, 0
        with self.file.open("rb") as file:
            file.seek(0, os.SEEK_END)
            while added < lines and time.monotonic() < end:
                added += file.read().count(b"\n")
                pause.wait(0.001)


class Comparison:
    """What the ledgers say about every execution after a key, and where they disagree. `repeatable` says of each job by its name which
    steps are."""

    def __init__(self, rows: Rows, after: int, effects: Effects, repeatable: dict[str, list[bool]]) -> None:
        self.executions = {row["key"]: row for row in rows.all(
            "SELECT key, id, name, state, total, waiting, running, succeeded, failed, cancelled, unclear, last_sequence "
            f"FROM executions WHERE key > {after}")}
        self.branches = rows.all(
            f"SELECT execution, number, target_name, state, cause, fence, lease_until FROM branches WHERE execution > {after}")
        self.steps = rows.all(f"SELECT execution, branch, number, state, cause FROM steps WHERE execution > {after}")
        self.feed = rows.feed(after)
        # Read last: what is packed by now may have been missing from the feed.
        self.packed = {row["key"] for row in rows.all(f"SELECT key FROM executions WHERE key > {after} AND output_state <> 0")}
        self.effects = effects.read()
        self.repeatable = repeatable
        self.faults: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._compare()

    def _fault(self, name: str, where: object) -> None:
        self.faults[name] += 1
        self.examples.setdefault(name, str(where))

    def entries(self, execution: int, branch: int) -> list[dict[str, Any]]:
        """The feed of a branch."""
        return self._by_branch.get((execution, branch), [])

    def may_repeat(self, execution: int, step: int) -> bool:
        """Whether a step is repeatable."""
        return self.repeatable[self.executions[execution]["name"]][step - 1]

    def _compare(self) -> None:
        self._by_branch: dict[tuple[int, int], list[dict[str, Any]]] = {}
        self._stored: dict[tuple[int, int], dict[int, str]] = {}
        for step in self.steps:
            self._stored.setdefault((step["execution"], step["branch"]), {})[step["number"]] = step["state"]
        sequences: dict[int, list[int]] = {}
        ends: Counter[int] = Counter()
        for entry in self.feed:
            sequences.setdefault(entry["execution"], []).append(entry["sequence"])
            if entry["branch"] is not None:
                self._by_branch.setdefault((entry["execution"], entry["branch"]), []).append(entry)
            ends[entry["execution"]] += entry["kind"] == "execution" and entry["state"] in FINAL
        for key, execution in self.executions.items():
            if key not in self.packed and sequences.get(key) != list(range(1, execution["last_sequence"] + 1)):
                self._fault("feeds with a gap", execution["id"])
            if execution["state"] not in FINAL or ends[key] != 1:
                self._fault("executions that did not end once", (execution["id"], execution["state"], ends[key]))
        self._compare_counts()
        for branch in self.branches:
            self._compare_branch(branch)
        self._compare_effects()

    def _compare_counts(self) -> None:
        counted: dict[int, Counter[str]] = {key: Counter() for key in self.executions}
        for branch in self.branches:
            state = branch["state"]
            counter = {"lost": "unclear", "cancel_unconfirmed": "unclear", "cancelling": "running"}.get(state, state)
            counted[branch["execution"]][counter] += 1
        for key, execution in self.executions.items():
            names = ("waiting", "running", "succeeded", "failed", "cancelled", "unclear")
            if any(execution[name] != counted[key][name] for name in names) or execution["total"] != counted[key].total():
                self._fault("executions that miscount their branches", execution["id"])

    def _compare_branch(self, branch: dict[str, Any]) -> None:
        """Follows a branch through its feed."""
        where = (self.executions[branch["execution"]]["id"], branch["number"])
        running: int | None = None
        last: dict[int, str] = {}
        state, leases, ended = "waiting", 0, 0
        for entry in self.entries(branch["execution"], branch["number"]):
            if ended or state == "waiting" and entry["kind"] != "branch":
                self._fault("stale rows", (where, entry["sequence"]))
            if entry["kind"] == "step":
                last[entry["step"]] = entry["state"]
                running = entry["step"] if entry["state"] == "running" else None
            elif entry["kind"] == "branch":
                state = entry["state"]
                leases += state == "running"
                ended += state in FINAL
                if state == "waiting" and running and not self.may_repeat(branch["execution"], running):
                    self._fault("branches queued again that must not be", where)
                running = None if state == "waiting" else running
        if ended != 1 or state != branch["state"] or branch["lease_until"] is not None:
            self._fault("branches that did not end once", (where, state, branch["state"], ended))
        if leases != branch["fence"]:
            self._fault("leases that the feed does not tell", where)
        stored = self._stored.get((branch["execution"], branch["number"]), {})
        if stored != last:
            self._fault("steps stored otherwise than told", where)
        lost = [number for number, step in stored.items() if step == "lost"]
        if branch["state"] == "lost" and (not branch["cause"] or any(self.may_repeat(branch["execution"], step) for step in lost)):
            self._fault("branches lost without need or cause", where)

    def _compare_effects(self) -> None:
        self.begun = Counter(effect.place for effect in self.effects if effect.word == "begin")
        self.ended = Counter(effect.place for effect in self.effects if effect.word == "end")
        names = {(row["execution"], row["number"]): row for row in self.branches}
        self.told: Counter[tuple[str, str, int]] = Counter()
        self.places: dict[tuple[str, str, int], tuple[dict[str, Any], int]] = {}
        for row in self.branches:
            for step in range(1, len(self.repeatable[self.executions[row["execution"]]["name"]]) + 1):
                self.places[self.executions[row["execution"]]["id"], row["target_name"], step] = (row, step)
        for entry in self.feed:
            if entry["kind"] == "step" and entry["state"] == "running":
                row = names[entry["execution"], entry["branch"]]
                self.told[self.executions[entry["execution"]]["id"], row["target_name"], entry["step"]] += 1
        for step in self.steps:
            row = names[step["execution"], step["branch"]]
            place = (self.executions[step["execution"]]["id"], row["target_name"], step["number"])
            if step["state"] == "succeeded" and not self.ended[place]:
                self._fault("steps said to have succeeded that did not", place)
        for place, (row, _) in self.places.items():
            if self.begun[place] > row["fence"]:
                self._fault("more starts on a target than leases", place)

    @property
    def doubled(self) -> list[tuple[str, str, int]]:
        """Steps that are not repeatable and were started more than once on their target."""
        return [place for place, (row, step) in self.places.items() if not self.may_repeat(row["execution"], step) and self.begun[place] > 1]

    @property
    def begun_once(self) -> list[tuple[str, str, int]]:
        """Steps that are not repeatable and began on their target."""
        return [place for place, (row, step) in self.places.items() if not self.may_repeat(row["execution"], step) and self.begun[place]]

    @property
    def untold(self) -> list[tuple[str, str, int]]:
        """Steps that are not repeatable and began on a target more often than the feed tells."""
        return [place for place in self.begun_once if self.begun[place] > self.told[place]]

    @property
    def once(self) -> str:
        """What became of steps that are not repeatable."""
        return (f"{len(self.begun_once)} steps that must not be repeated began on targets: {len(self.doubled)} began twice, {len(self.untold)} "
                "began but are not recorded")

    @property
    def ownerless(self) -> list[tuple[str, str, int]]:
        """Steps that began on a target while nobody held the lease of its branch; half a second is left for the way there."""
        held: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for row in self.branches:
            spans, since = [], None
            for entry in self.entries(row["execution"], row["number"]):
                if entry["kind"] == "branch" and entry["state"] in ("running", "cancelling"):
                    since = entry["at"] if since is None else since
                elif entry["kind"] == "branch" and since is not None:
                    spans.append((since, entry["at"]))
                    since = None
            held[row["execution"], row["number"]] = spans
        return [effect.place for effect in self.effects if effect.word == "begin" and effect.place in self.places and not any(
            since <= effect.at <= until + 0.5 for since, until in held[self._branch_of(effect.place)])]

    @property
    def ownerless_once(self) -> list[tuple[str, str, int]]:
        """Those of them that are not repeatable."""
        return [place for place in self.ownerless if not self.may_repeat(self.places[place][0]["execution"], self.places[place][1])]

    def _branch_of(self, place: tuple[str, str, int]) -> tuple[int, int]:
        row = self.places[place][0]
        return row["execution"], row["number"]

    @property
    def disagreements(self) -> str:
        """Every kind of fault with its count and an example; empty when the ledgers agree."""
        return "; ".join(f"{count} {name}, such as {self.examples[name]}" for name, count in self.faults.items())
