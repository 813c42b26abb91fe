"""Values that try to be something else: shell, YAML, options, paths, placeholders. Wherever a job takes a value it arrives as that text and nothing more."""
import os
import random
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.api import Api
from harness.fleet import Fleet

# Where services run in pieces fewer do: what becomes of a value does not depend on that, only how long it takes.
COUNT, AT_ONCE = (100 if "TEST_STORE" in os.environ else 500), 100
PIECES = [
    "; touch {canary}", "| touch {canary}", "&& touch {canary}", "$(touch {canary})", "`touch {canary}`", "${{IFS}}", "> {canary}", "'", '"', "\\", "\n",
    "\r\n", "\t", "*", "?", "[a-z]", "~", "~root", "!!", "!event", "#", "%s%n", "\\x41", "\\0", "\x01", "\x1b[31m", "\x7f", "\u202e", "é", "日本", "😀",
    "-rf", "--help", "-e", "-n", "../../etc/passwd", "/dev/null", "C:\\x", "{{{{ target.name }}}}", "{{{{ parameters.password }}}}", "{{%", "}}}}",
    "null", "true", "0x10", "1e9", "- a", "a: b", "&x", "*x", "!!python/object", "---", "...", "|", ">", "<<EOF", "$((1/0))", "$'a'", "a=b", " ", "",
    "<script>", "' OR '1'='1", "%0a", "$PATH", "^C", "\\n", "EOF\n", "$1", "$@", "\\'", "'\"'", "\u2028", "\ufeff",
]


def payloads(canary: Path, seed: int) -> list[str]:
    """Each piece alone, and then pieces put together."""
    pieces = [piece.format(canary=canary) for piece in PIECES]
    chance = random.Random(seed)
    mixed = ["".join(chance.choices(pieces, k=chance.randint(2, 6))) for _ in range(COUNT - len(pieces))]
    return [text or "x" for text in pieces + mixed]


@pytest.fixture
def place() -> Iterator[Path]:
    """Where the target writes what it was given."""
    place = Path("/tmp") / f"payloads-{secrets.token_hex(6)}"
    place.mkdir()
    yield place
    shutil.rmtree(place)


def definition(items: list[str], fleet: Fleet, place: Path) -> dict[str, Any]:
    """Each value as an argument, in the environment, on standard input and to a script; then as an output of an earlier step, in a condition and in a loop."""
    effects, later = place / "effects", place / "later"
    return {
        "name": f"payloads {secrets.token_hex(6)}", "targets": f"name = {fleet.targets[0]['name']}",
        "steps": [
            {
                "name": "given", "for_each": items, "environment": {"GIVEN": "{{ item }}"}, "standard_input": "{{ item }}",
                "command": f"{{ printf '%s\\0%s\\0' {{{{ item }}}} \"$GIVEN\"; cat; printf '\\0'; }} >> {effects}; printf '<%s>' {{{{ item }}}}",
                "outputs": {"said": {"take": "text"}},
            },
            {
                "name": "script", "for_each": items,
                "script": {"text": f"printf '%s\\0' \"$1\" >> {effects}.script", "interpreter": "sh", "arguments": ["{{ item }}"]},
            },
            {
                "name": "later", "for_each": "steps.given.outputs.said", "when": "length(steps.given.outputs.said) > 0",
                "command": f"printf '%s\\0' {{{{ item }}}} >> {later}",
            },
        ],
    }


def read(file: Path) -> list[str]:
    """What was written, value by value."""
    return file.read_bytes().decode().split("\0")[:-1]


def test_values_that_try_to_be_something_else_arrive_as_they_are(admin: Api, fleet: Fleet, place: Path) -> None:
    canary, seed = place / "canary", secrets.randbelow(1_000_000)
    values = payloads(canary, seed)
    print(f"seed {seed}")
    assert len(values) == COUNT

    for start in range(0, COUNT, AT_ONCE):
        job = admin.post("/api/jobs", {"definition": definition(values[start:start + AT_ONCE], fleet, place)})
        run = admin.post(f"/api/jobs/{job['id']}/run", {})
        assert admin.finished(run["serial"])["state"] == "succeeded", admin.log(run["serial"])

    given = read(place / "effects")
    assert given == [value for value in values for _ in range(3)]
    assert read(place / "effects.script") == values
    assert read(place / "later") == [f"<{value}>" for value in values]
    assert not canary.exists()
