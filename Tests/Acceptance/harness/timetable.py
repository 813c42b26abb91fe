"""A job that schedules run, and schedules of it."""
import uuid
from dataclasses import dataclass
from typing import Any, Self

from .api import Api
from .waiting import until


@dataclass
class Timetable:
    """A job on this machine itself; what is made for it has names that begin alike."""

    name: str
    job: dict[str, Any]

    @classmethod
    def of(cls, admin: Api) -> Self:
        """A new job with parameters, one of them secret."""
        name = f"s{uuid.uuid4().hex[:6]}"
        target = admin.post("/api/targets", {"name": f"{name}-here", "connections": [{"kind": "local"}]})
        job = admin.post("/api/jobs", {"definition": {
            "name": name, "targets": f"name = {target['name']}",
            "parameters": [
                {"name": "level", "type": "choice", "choices": ["low", "high"], "default": "low"},
                {"name": "word", "type": "secret", "required": True},
            ],
            "steps": [{"name": "say", "command": "echo {{ parameters.level }}"}]}})
        return cls(name, job)

    def schedule(self, api: Api, name: str, timing: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Adds a schedule of the job."""
        run = {"parameters": {"word": "x"}}
        definition = {"name": f"{self.name} {name}", "job": self.job["serial"], "timing": timing, "run": run, **more}
        return api.post("/api/schedules", {"definition": definition})

    def busy(self, api: Api) -> dict[str, Any]:
        """Adds a schedule that runs the job each second, once it has done so thrice."""
        schedule = self.schedule(api, "busy", {"cron": "* * * * * *"})

        def ended() -> bool:
            entries = api.get("/api/schedules/occurrences", schedule=schedule["id"])["items"]
            return len([entry for entry in entries if entry.get("outcome")]) >= 3

        until(ended, 30, "three runs that ended")
        return schedule

    def rest(self, api: Api, schedule: dict[str, Any]) -> None:
        """Pauses a schedule unless it is."""
        if api.get(f"/api/schedules/{schedule['id']}")["state"] == "active":
            api.post(f"/api/schedules/{schedule['id']}/pause", {"reason": "The tests are over."})
