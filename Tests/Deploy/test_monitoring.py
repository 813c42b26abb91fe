"""The dashboard and the rules ask for what the services measure, and for nothing else."""
import json
import re

import pytest
import yaml

from composition import picture
from harness.paths import REPOSITORY

MONITORING = REPOSITORY / "deploy" / "monitoring"
DASHBOARD = MONITORING / "grafana" / "dashboards" / "opsconductor.json"
RULES = MONITORING / "prometheus" / "rules" / "opsconductor.yml"
OWN = re.compile(r"\b(?:opsconductor|process)_[a-z_]+\b")


def measured() -> set[str]:
    """The names of all metrics in the sources, those of a histogram's parts among them."""
    names: set[str] = set()
    for source in (REPOSITORY / "Sources").rglob("*.swift"):
        for name, kind in re.findall(r'"((?:opsconductor|process)_[a-z_]+)",\s*\.(counter|gauge|histogram)', source.read_text()):
            names |= {f"{name}{part}" for part in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    return names


def asked(text: str) -> set[str]:
    """The metrics that expressions name."""
    return set(OWN.findall(text))


def expressions() -> dict[str, list[str]]:
    """Every expression, by file."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    return {
        "dashboard": [target["expr"] for panel in panels for target in panel["targets"]],
        "rules": [rule["expr"] for rule in rules],
    }


def test_there_are_metrics_to_ask_for() -> None:
    assert len(measured()) >= 20


def test_every_service_is_asked() -> None:
    configuration = yaml.safe_load((MONITORING / "prometheus" / "prometheus.yml").read_text())
    names = [(name, place["port"]) for job in configuration["scrape_configs"] for place in job["dns_sd_configs"] for name in place["names"]]
    running = {name: service.get("environment") or {} for name, service in picture("consolidated")["services"].items()}

    assert sorted(names) == sorted((name, int(settings["HTTP_PORT"])) for name, settings in running.items() if "SERVICES" in settings)


@pytest.mark.parametrize("file", ["dashboard", "rules"])
def test_every_metric_that_is_asked_for_is_measured(file: str) -> None:
    wanted = asked(" ".join(expressions()[file]))

    assert len(wanted) >= 5
    assert wanted - measured() == set()


def test_every_alert_says_what_is_wrong_and_where_to_look() -> None:
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]

    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"] and rule["annotations"]["look"]


def test_panels_are_named_and_do_not_overlap() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    places = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels for x in range(panel["gridPos"]["w"]) for y in range(panel["gridPos"]["h"])]

    assert len({panel["title"] for panel in panels}) == len(panels)
    assert len(set(places)) == len(places)
    assert max(x for x, _ in places) < 24
