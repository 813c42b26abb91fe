"""The database of Executions as its keeper sees it, whatever the engine."""
import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.postgresql import PostgreSQL
from harness.waiting import until


class Rows:
    """What is stored on PostgreSQL."""

    # The state that an entry of a feed tells of.
    state = "convert_from(body, 'UTF8')::json ->> 'state'"

    def __init__(self, server: PostgreSQL, address: str) -> None:
        self.server, self.database = server, urlsplit(address).path[1:]

    def all(self, statement: str) -> list[dict[str, Any]]:
        """What a statement finds."""
        return json.loads(self.server.ask(f"SELECT COALESCE(json_agg(found), '[]') FROM ({statement}) found", self.database))

    def newest(self) -> int:
        """The key of the newest execution; 0 when there is none."""
        return self.all("SELECT COALESCE(MAX(key), 0) AS key FROM executions")[0]["key"]

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


class FileRows(Rows):
    """What is stored in the file of a single process."""

    state = "json_extract(CAST(body AS TEXT), '$.state')"

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
