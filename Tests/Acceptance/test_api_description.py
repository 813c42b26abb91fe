"""The API description is valid, and the server keeps its word for whatever is sent."""
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from harness.api import Api, set_up
from harness.server import Server

SEED = "20261126"
# They end the sign-in that the other requests need.
ENDING = ["/api/auth/logout"]


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The administrator of a server of its own: what is sent here may leave traces."""
    server = Server(tmp_path_factory.mktemp("description")).start()
    yield set_up(server)
    server.stop()


def test_the_description_is_valid_openapi_3_1(admin: Api) -> None:
    description = admin.get("/api/openapi.json")

    assert description["openapi"].startswith("3.1")
    validate(description)
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path}"
            assert operation["operationId"], f"{method} {path}"


def test_operation_ids_are_unique(admin: Api) -> None:
    paths = admin.get("/api/openapi.json")["paths"]
    ids = [operation["operationId"] for methods in paths.values() for operation in methods.values()]

    assert len(ids) == len(set(ids))


def test_no_request_makes_the_server_fail(admin: Api, tmp_path: Path) -> None:
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", f"{admin.base}/api/openapi.json",
        "--header", f"Authorization: Bearer {admin.bearer}",
        "--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing", "--max-examples", "6",
        "--seed", SEED, "--generation-deterministic", "--no-shrink",
        "--suppress-health-check", "all", "--request-timeout", "30", "--continue-on-failure", "--warnings", "off",
        "--output-truncate", "false", "--no-color",
    ]
    for path in ENDING:
        command += ["--exclude-path", path]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)

    # The end of the report names each failing request as a curl line with the answer.
    assert result.returncode == 0, result.stdout[-12000:] + result.stderr[-2000:]


def test_unknown_paths_and_methods_are_problems_too(admin: Api) -> None:
    for method, path, status in [
        ("GET", "/api/nothing", 404), ("PATCH", "/api/targets", 405), ("GET", "/api/targets/00000000-0000-7000-8000-000000000000", 404),
        ("TRACE", "/api/targets", 405),
    ]:
        response = admin.raw(method, path)
        assert response.status_code == status, f"{method} {path}"
        assert response.headers["Content-Type"].startswith("application/problem+json"), f"{method} {path}"
        problem = response.json()
        assert problem["type"].startswith("/problems/") and problem["status"] == status and problem["detail"], json.dumps(problem)
