"""The database of Executions as its keeper sees it, whatever the engine."""
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.postgresql import PostgreSQL
from harness.waiting import until


class Rows:
    """What is stored on PostgreSQL."""

    # What a row of a feed tells of states.
    told = "convert_from(body, 'UTF8')"

    def __init__(self, server: PostgreSQL, address: str) -> None:
        self.server, self.database = server, urlsplit(address).path[1:]

    def all(self, statement: str) -> list[dict[str, Any]]:
        """What a statement finds."""
        return json.loads(self.server.ask(f"SELECT COALESCE(json_agg(found), '[]') FROM ({statement}) found", self.database))

    def newest(self) -> int:
        """The key of the newest execution; 0 when there is none."""
        return self.all("SELECT COALESCE(MAX(key), 0) AS key FROM executions")[0]["key"]

    def feed(self, after: int) -> list[dict[str, Any]]:
        """Every entry of the feeds of all executions after this one, in order. A row has one piece of output, or many states."""
        rows = self.all(
            "SELECT execution, sequence, at / 1000.0 AS at, kind, branch, step, "
            f"CASE WHEN kind = 'states' THEN {self.told} END AS told FROM feed WHERE execution > {after}")
        entries = []
        for row in rows:
            assert row["kind"] in ("output", "states"), row
            if told := row.pop("told"):
                entries += [{**row, **state(entry)} for entry in json.loads(told)]
            else:
                entries.append({**row, "state": None})
        return sorted(entries, key=lambda entry: (entry["execution"], entry["sequence"]))

    def open_after(self, key: int) -> list[dict[str, Any]]:
        """The executions after this one that have not ended."""
        return self.all(f"SELECT id, state FROM executions WHERE key > {key} AND ended_at IS NULL")

    def await_ends(self, key: int, timeout: float = 120) -> None:
        """Waits until every execution after this one has ended."""
        until(lambda: not self.open_after(key), timeout, f"the end of every execution after {key}")

    def held(self, worker: str | None = None) -> list[dict[str, Any]]:
        """The branches that workers hold, or this one."""
        whose = f"AND worker = '{worker}'" if worker else ""
        return self.all(
            "SELECT executions.id AS execution, number FROM branches JOIN executions ON executions.key = branches.execution "
            f"WHERE lease_until IS NOT NULL {whose}")


def state(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of a feed that tells a state, as its readers get it, as the columns that an output has."""
    states = {"execution": (entry.get("execution") or {}).get("state"), "branch": entry.get("branch_state"),
              "step": (entry.get("step_result") or {}).get("state")}
    at = datetime.fromisoformat(entry["at"]).timestamp()
    return {"sequence": entry["sequence"], "at": at, "kind": entry["kind"], "branch": entry.get("branch"), "step": entry.get("step"),
            "state": states[entry["kind"]]}


class FileRows(Rows):
    """What is stored in the file of a single process."""

    told = "CAST(body AS TEXT)"

    def __init__(self, data: Path) -> None:
        self.file = data / "executions.db"

    def all(self, statement: str) -> list[dict[str, Any]]:
        """What a statement finds."""
        connection = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=20)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(statement)]
        finally:
            connection.close()
