"""Looking into the audit log from outside, with nothing of the product but its documented format."""
import hashlib
import json
from typing import Any

from .api import Api
from .waiting import until

FIRST = "0" * 64


def entries(api: Api, **query: Any) -> list[dict[str, Any]]:
    """All entries that match, newest first."""
    found, cursor = [], {}
    while True:
        page = api.get("/api/audit", limit=500, **query, **cursor)
        found += page["items"]
        if not page.get("next_cursor"):
            return found
        cursor = {"cursor": page["next_cursor"]}


def entry(api: Api, timeout: float = 15, **query: Any) -> dict[str, Any]:
    """The newest entry that matches, as soon as there is one, with what was before and after."""
    newest = until(lambda: entries(api, **query), timeout, f"an entry in the audit log with {query}")[0]
    return api.get(f"/api/audit/{newest['id']}")


def exported(api: Api) -> list[bytes]:
    """The lines of an export of everything."""
    answer = api.raw("GET", "/api/audit/export")
    assert answer.status_code == 200, answer.text
    return answer.content.splitlines()


def check(lines: list[bytes]) -> dict[str, int]:
    """Verifies an export as docs/audit.md says; returns how long each chain is."""
    chains: dict[str, tuple[int, str]] = {}
    for line in lines:
        text, told = line[len(b'{"entry":'):-len(b',"hash":""}') - 64], line[-66:-2].decode()
        known = json.loads(text)
        number, previous = chains.get(known["source"], (0, FIRST))
        assert hashlib.sha256(text).hexdigest() == told, line
        assert (known["number"], known["previous"]) == (number + 1, previous), line
        assert text.decode() == json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False), line
        chains[known["source"]] = (known["number"], told)
    return {source: number for source, (number, _) in chains.items()}
