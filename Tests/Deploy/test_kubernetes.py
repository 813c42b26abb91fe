"""The manifests of deploy/kubernetes: built, valid by the schemas of the API, and the same picture as the containers of compose.yaml."""
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from composition import DEPLOY, picture

VERSIONS = ("1.27", "1.32", "1.37")
KUBECTL = shutil.which("kubectl")
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed, and Debian has none that knows this kustomize")
Manifest = dict[str, Any]


@cache
def manifests() -> list[Manifest]:
    """All that the example overlay makes."""
    done = subprocess.run([str(KUBECTL), "kustomize", DEPLOY / "kubernetes" / "overlays" / "example"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(*kinds: str) -> dict[str, Manifest]:
    """The manifests of some kinds, by name."""
    return {manifest["metadata"]["name"]: manifest for manifest in manifests() if manifest["kind"] in kinds}


def pods() -> dict[str, Manifest]:
    """What runs, by name."""
    return {name: manifest["spec"]["template"]["spec"] for name, manifest in of_kind("Deployment", "StatefulSet").items()}


def settings(name: str) -> dict[str, str]:
    """All settings of the first container of a pod."""
    container = pods()[name]["containers"][0]
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        found |= of_kind("ConfigMap")[source["configMapRef"]["name"]]["data"]
    return found | {entry["name"]: entry.get("value", "") for entry in container.get("env", [])}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_valid_by_the_schema(version: str) -> None:
    for manifest in manifests():
        kubernetes_validate.validate(manifest, version, strict=True)
    print(f"{len(manifests())} manifests valid for Kubernetes {version}")


def test_a_wrong_manifest_would_be_found() -> None:
    wrong = {**of_kind("Deployment")["opsconductor-jobs"], "spec": {"replicas": "two", "selector": {}, "template": {}}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_everything_that_runs_keeps_to_the_restricted_standard() -> None:
    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"] is True and pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False and pod["enableServiceLinks"] is False, name
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False and context["readOnlyRootFilesystem"] is True, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name
            assert re.search(r":\d", container["image"]), container["image"]
        for probe in ("readinessProbe", "livenessProbe"):
            assert probe in pod["containers"][0], name


def test_it_is_the_picture_of_compose() -> None:
    containers = {name: service for name, service in picture("consolidated", ())["services"].items() if "profiles" not in service}

    assert pods().keys() == containers.keys()
    for name in pods():
        mine, theirs = settings(name), containers[name].get("environment", {})
        for setting in ("SERVICES", "DATABASES", "DRAIN_SECONDS"):
            assert mine.get(setting) == theirs.get(setting) or name == "opsconductor-nginx", f"{name}: {setting}"
        limit = pods()[name]["containers"][0]["resources"]["limits"]["memory"]
        assert limit.removesuffix("i").lower() == containers[name]["mem_limit"], name
        urls = {setting for setting in theirs if setting.endswith("_SERVICE_URL")}
        assert all(mine[setting] == theirs[setting] for setting in urls), name


def test_every_address_is_the_name_of_a_service_with_that_port() -> None:
    ports = {name: {port["port"] for port in service["spec"]["ports"]} for name, service in of_kind("Service").items()}
    seen = 0
    for name in pods():
        for setting, value in settings(name).items():
            if setting.endswith(("_SERVICE_URL", "_UPSTREAM")):
                host, port = re.fullmatch(r"(?:http://)?([a-z-]+)[^:]*:(\d+)", value).groups()  # type: ignore[union-attr]
                assert int(port) in ports[host], f"{name}: {setting}"
                seen += 1
    assert seen > 20
    selectors = [service["spec"]["selector"]["app"] for service in of_kind("Service").values()]
    assert set(selectors) <= pods().keys()


def test_only_the_front_door_is_open_to_outside() -> None:
    assert [name for name, service in of_kind("Service").items() if service["spec"].get("type", "ClusterIP") != "ClusterIP"] == [
        "opsconductor-nginx"]
    open_to_all = [
        policy["spec"]["podSelector"]["matchLabels"]["app"] for policy in of_kind("NetworkPolicy").values()
        for rule in policy["spec"].get("ingress", []) if "from" not in rule]
    assert open_to_all == ["opsconductor-nginx"]


def test_every_secret_that_is_shown_is_one_that_is_made() -> None:
    made = {name for databases in ("consolidated", "isolated") for name in picture(databases)["secrets"]}
    for name, pod in pods().items():
        shown = {
            item["key"] for volume in pod["volumes"] if volume.get("secret", {}).get("secretName") == "opsconductor-secrets"
            for item in volume["secret"]["items"]}
        theirs = {secret["source"] for secret in picture("consolidated", ())["services"][name].get("secrets", [])}
        assert shown == theirs and shown <= made, name


def test_the_pods_outlive_their_running_work() -> None:
    for name, pod in pods().items():
        if "DRAIN_SECONDS" in settings(name):
            assert pod["terminationGracePeriodSeconds"] > int(settings(name)["DRAIN_SECONDS"]) + 5


def test_no_manifest_holds_a_secret() -> None:
    assert of_kind("Secret") == {}
    for path in Path(DEPLOY / "kubernetes").rglob("*.yaml"):
        assert not re.search(r"(?i)password: *['\"]?[a-z0-9]", path.read_text()), path
