"""What people send by mistake or malice: one clear answer each, nothing half done."""
import csv
import io
import json
import time
from typing import Any

import pytest

from harness.api import Api, ApiProblem
from harness.fleet import Fleet

GOOD = "name: fine\nsteps:\n  - name: one\n    command: echo one\n"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True))


def check(api: Api, yaml: str) -> dict[str, Any]:
    """The server's opinion about a definition, in reasonable time."""
    start = time.monotonic()
    answer = api.post("/api/jobs/check", {"yaml": yaml})
    assert time.monotonic() - start < 5, "checking took too long"
    return answer


@pytest.mark.parametrize(("yaml", "line", "words"), [
    ("name: tabs\nsteps:\n\t- name: one\n", 3, ["tab"]),
    ("name: types\nmax_parallel: many\nsteps:\n  - name: one\n    command: x\n", 2, ["max_parallel"]),
    ("name: types\nsteps: 5\n", 2, ["steps"]),
    ("name: typo\nsteps:\n  - name: one\n    comand: echo\n", 4, ["comand", "command"]),
    ("name: typo\nparamters: []\nsteps:\n  - name: one\n    command: echo\n", 2, ["paramters", "parameters"]),
    ("name: both\nsteps:\n  - name: one\n    command: x\n    script: {text: x, interpreter: sh}\n", 5, ["script"]),
    ("name: empty\nsteps: []\n", 2, ["steps"]),
    ("name: twice\nsteps:\n  - {name: one, command: x}\n  - {name: one, command: x}\n", 4, ["one"]),
    ("name: unknown\nsteps:\n  - name: one\n    command: 'echo {{ parameters.nope }}'\n", 4, ["nope"]),
    ("name: open\nsteps:\n  - name: one\n    command: 'echo {{ parameters.nope'\n", 4, ["}}"]),
    ("name: cycle\nsteps: &loop\n  - *loop\n", None, []),
    ("name: [unclosed\n", None, []),
    ("- just\n- a list\n", 1, []),
    ("", None, []),
])
def test_a_wrong_definition_is_explained_with_its_line(admin: Api, yaml: str, line: int | None, words: list[str]) -> None:
    answer = check(admin, yaml)

    assert answer["valid"] is False
    text = json.dumps(answer["errors"])
    assert answer["errors"] and all(error["detail"] for error in answer["errors"])
    if line is not None:
        assert line in [error.get("line") for error in answer["errors"]], text
    for word in words:
        assert word in text
    with pytest.raises(ApiProblem) as refused:
        admin.post("/api/jobs", {"yaml": yaml})
    assert refused.value.status in (400, 422)


def test_all_errors_come_at_once(admin: Api) -> None:
    answer = check(admin, "name: '!'\nmax_parallel: 0\nsteps:\n  - name: one\n    comand: x\n    timeout_seconds: -1\n")

    assert {2, 5, 6} <= {error.get("line") for error in answer["errors"]}, answer["errors"]


@pytest.mark.parametrize("yaml", [LAUGHS + GOOD, GOOD + "description: " + "x" * 1_000_000, "[" * 100_000], ids=["laughs", "long", "deep"])
def test_hostile_yaml_is_refused_quickly(admin: Api, yaml: str) -> None:
    assert check(admin, yaml)["valid"] is False


def test_ten_megabytes_of_yaml_are_refused_in_one_sentence(admin: Api) -> None:
    response = admin.raw("POST", "/api/jobs", json={"yaml": GOOD + "# " + "x" * 10_000_000})

    assert response.status_code in (413, 422)
    assert response.json()["detail"]
    assert admin.get("/api/config")["product"] == "OpsConductor"


@pytest.mark.parametrize(("body", "kind"), [
    (b"{", "application/json"), (b"\xff\xfe", "application/json"), (b"[]", "application/json"), (b"null", "application/json"),
    (b'{"name": 5}', "application/json"), (b"", "application/json"), (b"name=x", "application/x-www-form-urlencoded"),
    (b'{"a":' * 50_000, "application/json"), (b'{"name":"x","name":"\\ud800"}', "application/json"),
])
def test_a_body_that_is_no_target_is_a_client_error(admin: Api, body: bytes, kind: str) -> None:
    response = admin.raw("POST", "/api/targets", data=body, headers={"Content-Type": kind})

    assert 400 <= response.status_code < 500
    assert response.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("name", ["", " ", "-rf", "../etc", "a b", "a;b", "a\nb", "a" * 129, "ä", "{{ x }}", "\u0000"])
def test_names_that_could_be_mistaken_are_refused(admin: Api, name: str) -> None:
    response = admin.raw("POST", "/api/targets", json={"name": name})

    assert response.status_code == 422, response.text
    assert "name" in response.text


@pytest.mark.parametrize("word", ["name = ", "name <> x", "(name = x", "nam = x", "tag ~~ x", "web[20-01]", "name = 'x", "and", "x" * 4001])
def test_a_filter_that_makes_no_sense_is_explained(admin: Api, word: str) -> None:
    with pytest.raises(ApiProblem) as refused:
        admin.get("/api/targets", filter=word)

    assert refused.value.status in (400, 422)
    assert len(refused.value.detail) > 10


def test_a_mistake_in_the_filter_of_a_run_is_told_where_it_stands(admin: Api) -> None:
    response = admin.raw("POST", "/api/executions", json={"command": "true", "targets": "tag = a and nam = b"})

    assert response.status_code == 422, response.text
    assert [(error["pointer"], error["column"]) for error in response.json()["errors"]] == [("#/targets", 13)]


def test_a_run_on_nothing_says_that_nothing_matches(admin: Api, fleet: Fleet) -> None:
    with pytest.raises(ApiProblem) as refused:
        admin.run("true", "name = there-is-no-such-target")

    assert 400 <= refused.value.status < 500
    assert "match" in refused.value.text


def exported(api: Api, filter_text: str) -> list[dict[str, str]]:
    """Targets as rows of the CSV export."""
    text = api.raw("GET", "/api/targets/export", params={"format": "csv", "filter": filter_text}).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_csv(rows: list[dict[str, str]]) -> str:
    """Rows as a CSV text with CRLF, as spreadsheets write it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def renamed(rows: list[dict[str, str]], prefix: str, **changes: str) -> list[dict[str, str]]:
    """Copies of the rows under other names."""
    return [{**row, "tags": "imported", **changes, "name": f"{prefix}{number:02}"} for number, row in enumerate(rows, 1)]


def test_a_csv_with_byte_order_mark_and_quoted_newlines_is_imported(admin: Api, fleet: Fleet) -> None:
    description = 'first line\nsecond "quoted" line; with, commas'
    rows = renamed(exported(admin, fleet.filter), "spread", description=description)
    order = {"format": "csv", "text": "\ufeff" + as_csv(rows)}

    dry = admin.post("/api/targets/import", {**order, "dry_run": True})
    assert (dry["applied"], dry["created"], dry["refused"]) == (False, len(rows), 0), dry
    assert admin.get("/api/targets", filter="name = spread*")["items"] == []
    real = admin.post("/api/targets/import", {**order, "dry_run": False})
    assert (real["applied"], real["created"]) == (True, len(rows))
    assert admin.get("/api/targets/spread01")["description"] == description
    again = admin.post("/api/targets/import", {**order, "dry_run": False})
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, len(rows)), again


def test_one_bad_row_in_the_middle_imports_nothing(admin: Api, fleet: Fleet) -> None:
    rows = renamed(exported(admin, fleet.filter), "half")
    rows[2]["name"] = "not a name!"
    receipt = admin.post("/api/targets/import", {"format": "csv", "text": as_csv(rows), "dry_run": False})

    assert receipt["applied"] is False
    assert receipt["refused"] == 1
    refused = [row for row in receipt["rows"] if row["action"] == "refused"]
    assert [(row["line"], bool(row["problems"])) for row in refused] == [(4, True)]
    assert admin.get("/api/targets", filter="name = half*")["items"] == []


@pytest.mark.parametrize(("kind", "text"), [
    ("csv", ""), ("csv", "name\n"), ("csv", '"unclosed'), ("csv", "nme,host\nx,y\n"), ("csv", "name,host\nx,y,z,too,many\n"),
    ("json", "{"), ("json", "[1,2]"), ("ansible_yaml", "all: ["), ("ssh_config", "Host\n  Port many\n"),
    ("csv", "name\n\x00\n"),
])
def test_lists_that_cannot_be_read_are_refused(admin: Api, kind: str, text: str) -> None:
    order = {"format": kind, "text": text, "dry_run": True}
    response = admin.raw("POST", "/api/targets/import", json=order)

    assert response.status_code in (200, 400, 422), response.text
    if response.status_code == 200:
        receipt = response.json()
        assert receipt["created"] == receipt["updated"] == 0, receipt
