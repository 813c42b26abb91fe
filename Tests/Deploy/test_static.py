"""What can be said of the files in deploy/ without starting a container."""
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from composition import DATABASES, DEPLOY, EXAMPLE, PROFILES, choice, compose, example_settings, picture
from harness.front_door import SERVICES, make_certificate, render
from harness.paths import REPOSITORY

Service = dict[str, Any]
PUBLISHED = {
    "opsconductor-nginx": ["80:8080", "443:8443"], "opsconductor-portainer": ["127.0.0.1:9000:9000"],
    "opsconductor-grafana": ["127.0.0.1:3001:3000"]}
SEED = {
    "opsconductor-frontend": "3000", "opsconductor-auth-service": "8000", "opsconductor-user-service": "8000",
    "opsconductor-targets": "8000", "opsconductor-jobs": "8000", "opsconductor-execution": "8000", "opsconductor-scheduler": "8000",
    "opsconductor-notifications": "8000", "opsconductor-audit": "8000", "opsconductor-worker": "8000"}
MANY = {"opsconductor-worker"}
DATABASE_OWNERS = {
    "AUTH": "opsconductor-auth-service", "USER": "opsconductor-user-service", "TARGETS": "opsconductor-targets",
    "JOBS": "opsconductor-jobs", "EXECUTION": "opsconductor-execution", "SCHEDULING": "opsconductor-scheduler",
    "NOTIFICATION": "opsconductor-notifications", "AUDIT": "opsconductor-audit"}
each_picture = pytest.mark.parametrize("databases", DATABASES)


def services(databases: str) -> dict[str, Service]:
    """All services of a picture, by name."""
    return picture(databases)["services"]


def seconds(span: str) -> float:
    """A span as compose writes it."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)([hms])", span))


def written(port: str | dict[str, Any]) -> str:
    """A published port in the short form."""
    return port.removesuffix("/tcp") if isinstance(port, str) else f"{port['published']}:{port['target']}"


@pytest.mark.parametrize("profiles", PROFILES)
@each_picture
def test_every_picture_is_understood_without_a_warning(databases: str, profiles: tuple[str, ...]) -> None:
    done = compose(*choice(databases, profiles), "config", "--quiet")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_public_address_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    done = compose("--env-file", str(tmp_path / "empty"), "--file", "compose.yaml", "--file", "compose.consolidated.yaml", "config", "--quiet")

    assert done.returncode != 0 and "make secrets" in done.stderr


def test_the_example_says_every_setting_with_its_default() -> None:
    said = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    used = {}
    for path in DEPLOY.glob("compose*.yaml"):
        used.update({name: default for name, default in re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", path.read_text())})

    own = {
        "COMPOSE_PROJECT_NAME", "COMPOSE_FILE", "COMPOSE_PROFILES", "PUBLIC_URL", "CERTIFICATE_NAMES", "CERTIFICATE_FOLDER", "POSTGRES_MEMORY",
        "PORTAINER_PUBLISHED_PORT", "GRAFANA_PUBLISHED_PORT"}
    assert used.keys() <= said.keys()
    for name in said.keys() - own:
        assert used.get(name) == said[name], f"{name} is {said[name]!r} in the example and {used.get(name)!r} in the files"
    assert example_settings().keys() <= own


def test_nginx_accepts_the_rendered_template(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "front.example")
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(render({
        **{f"{service}_UPSTREAM": "opsconductor-service:8000" for service in SERVICES}, "CERTIFICATE": str(certificate),
        "CERTIFICATE_KEY": str(key), "STATE_DIR": str(tmp_path), "HTTP_LISTEN": "8080", "HTTPS_LISTEN": "8443",
        "RESOLVER": "192.0.2.53", "FRONT_PROXIES": "192.0.2.0/24"}))
    done = subprocess.run(["nginx", "-e", "stderr", "-t", "-q", "-c", configuration], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def installed(stage: str) -> set[str]:
    """The packages that a stage of the Dockerfile installs."""
    text = (DEPLOY / "Dockerfile").read_text().partition(f" AS {stage}\n")[2].partition("\nFROM ")[0]
    return set(re.search(r"--no-install-recommends ([^\\]+)", text)[1].split())  # type: ignore[index]


def test_the_images_hold_what_the_program_loads_and_reads() -> None:
    libraries = {"libssh": "libssh-4", "libsodium": "libsodium23", "libpq": "libpq5", "libcurl": "libcurl4"}
    loaded = set(re.findall(r'pkgConfig: "([a-z]+)"', (REPOSITORY / "Package.swift").read_text()))
    packages = installed("runtime")

    assert {libraries[name] for name in loaded & libraries.keys()} | {"libcurl4", "tzdata", "ca-certificates"} <= packages
    # The images of the container tests are built from an archive that must hold the same.
    offered = re.search(r'^packages="([^"]+)"$', (REPOSITORY / "scripts" / "compose-test").read_text(), re.MULTILINE)
    assert packages | installed("nginx") <= set(offered[1].split())  # type: ignore[index]


@each_picture
def test_the_containers_have_the_names_and_ports_of_the_seed(databases: str) -> None:
    found = services(databases)
    for name, port in SEED.items():
        assert found[name]["environment"]["HTTP_PORT"] == port
    for name, service in found.items():
        assert service.get("container_name") == (None if name in MANY else name)
    volumes = set(picture(databases)["volumes"])
    assert "portainer_data" in volumes
    assert volumes >= ({"postgres_data"} if databases == "consolidated" else {"auth_postgres_data", "user_postgres_data"})


@each_picture
def test_every_service_is_healthy_by_a_check_of_its_own(databases: str) -> None:
    for name, service in services(databases).items():
        check = service["healthcheck"]
        assert check["test"][0] in ("CMD", "CMD-SHELL") and check["interval"] and check["timeout"] and check["retries"], name


@each_picture
def test_every_service_is_fenced_in(databases: str) -> None:
    for name, service in services(databases).items():
        assert service["mem_limit"] and service["pids_limit"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert service["read_only"] is True and service["init"] is True and service["restart"] == "unless-stopped", name
        assert service["cap_drop"] == ["ALL"] and "cap_add" not in service and "privileged" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert list(service["networks"]) == ["opsconductor"] and "network_mode" not in service, name
        if name != "opsconductor-portainer":
            assert service["user"] and not service["user"].startswith(("0", "root")), name
            assert "/var/run/docker.sock" not in str(service.get("volumes")), name


@each_picture
def test_only_the_front_door_publishes_ports(databases: str) -> None:
    published = {name: service["ports"] for name, service in services(databases).items() if "ports" in service}

    assert {name: [written(port) for port in ports] for name, ports in published.items()} == {
        name: ports for name, ports in PUBLISHED.items() if name in services(databases)}
    assert [name for name in published if not services(databases)[name].get("profiles")] == ["opsconductor-nginx"]


@each_picture
def test_services_start_when_what_they_need_is_healthy(databases: str) -> None:
    found = services(databases)
    for name, service in found.items():
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"} and needed in found, name
    for setting, name in DATABASE_OWNERS.items():
        server = "opsconductor-postgres" if databases == "consolidated" else f"opsconductor-{setting.lower()}-postgres"
        assert {server, "opsconductor-redis"} <= found[name]["depends_on"].keys()
    assert found["opsconductor-worker"]["depends_on"].keys() == {"opsconductor-execution"}


@each_picture
def test_every_address_is_the_name_of_a_service(databases: str) -> None:
    found, addresses = services(databases), []
    for name, service in found.items():
        for setting, value in (service.get("environment") or {}).items():
            if setting.endswith("_SERVICE_URL"):
                addresses.append((name, *re.fullmatch(r"http://([a-z-]+):(\d+)", value).groups()))  # type: ignore[union-attr]
            elif setting.endswith("_UPSTREAM"):
                addresses.append((name, *value.split(":")))
    assert len(addresses) > 20
    for name, host, port in addresses:
        assert found[host]["environment"]["HTTP_PORT"] == port, f"{name} looks for {host}:{port}"


@each_picture
def test_nobody_but_its_owner_is_shown_a_database(databases: str) -> None:
    for name, service in services(databases).items():
        secrets = {secret["source"] for secret in service.get("secrets", [])}
        owned = {f"{setting.lower()}_database_url" for setting, owner in DATABASE_OWNERS.items() if owner == name}
        assert {secret for secret in secrets if secret.endswith("_url")} - {"redis_url"} == owned, name
        assert ("secret_key" in secrets) == (name in DATABASE_OWNERS.values()), name
        assert ("worker_key" in secrets) == (name == "opsconductor-worker"), name


@each_picture
def test_secrets_are_files_and_never_settings(databases: str) -> None:
    for name, service in services(databases).items():
        for setting, value in (service.get("environment") or {}).items():
            is_secret = re.search(r"PASSWORD|SECRET|TOKEN|_DATABASE_URL|REDIS_URL", setting)
            assert not is_secret or str(value).startswith("/run/secrets/"), f"{name}: {setting}"
    for name, secret in picture(databases)["secrets"].items():
        assert Path(secret["file"]) == DEPLOY / "secrets" / name


@each_picture
def test_work_may_end_before_its_container_is_killed(databases: str) -> None:
    for name in [*SEED, "opsconductor-nginx"]:
        service = services(databases)[name]
        assert seconds(service["stop_grace_period"]) > float(service["environment"].get("DRAIN_SECONDS", 10)) + 5, name


@each_picture
def test_every_image_has_a_version(databases: str) -> None:
    for name, service in services(databases).items():
        _, colon, tag = service["image"].rpartition(":")
        assert colon and re.search(r"\d", tag) and tag != "latest", f"{name}: {service['image']}"


def test_no_file_names_this_machine_the_latest_or_a_password() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "deploy"], cwd=REPOSITORY, check=True, capture_output=True,
        text=True).stdout.split("\0")
    assert "deploy/compose.yaml" in tracked
    for path in filter(None, tracked):
        text = (REPOSITORY / path).read_text()
        for word in (r"\blocalhost\b", r":latest\b", r"(?i)\bchange-?me\b", r"(?i)password: *['\"]?[a-z0-9]", r"BEGIN [A-Z ]*PRIVATE KEY"):
            assert not re.search(word, text), f"{path} says {word}"
