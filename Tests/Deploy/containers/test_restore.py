"""What was backed up comes back, with the secrets that belong to it."""
from harness.api import Api
from harness.fleet import Fleet
from harness.live import Live, output_of
from harness.waiting import until
from picture import Picture, docker, sentence

OWNERS = {
    "auth": "opsconductor-auth-service", "user": "opsconductor-user-service", "targets": "opsconductor-targets", "jobs": "opsconductor-jobs",
    "execution": "opsconductor-execution", "scheduling": "opsconductor-scheduler", "notification": "opsconductor-notifications",
    "audit": "opsconductor-audit"}


def server(picture: Picture, owner: str) -> str:
    """The container with the database of a service."""
    return "opsconductor-postgres" if picture.databases == "consolidated" else f"opsconductor-{owner}-postgres"


def dump(picture: Picture, owner: str, file: str) -> None:
    """Backs up, as docs/deploying.md says."""
    docker("exec", server(picture, owner), "pg_dump", "-U", "postgres", "-Fc", "-f", file, f"opsconductor_{owner}")


def restore(picture: Picture, owner: str, file: str) -> None:
    """Restores, as docs/deploying.md says."""
    docker("exec", server(picture, owner), "pg_restore", "-U", "postgres", "--clean", "--if-exists", "--create", "-d", "postgres", file)


def test_what_was_deleted_after_a_backup_comes_back(picture: Picture, admin: Api, fleet: Fleet) -> None:
    execution = admin.run("echo kept", fleet.one())
    before = admin.finished(execution)
    for owner in OWNERS:
        dump(picture, owner, f"/tmp/{owner}.dump")
    for target in fleet.targets:
        admin.delete(f"/api/targets/{target['id']}")
    assert admin.get("/api/targets", filter=fleet.filter)["items"] == []

    for service in [*picture.workers(), *OWNERS.values()]:
        docker("stop", service)
    for owner in OWNERS:
        restore(picture, owner, f"/tmp/{owner}.dump")
    for service in [*OWNERS.values(), *picture.workers()]:
        docker("start", service)
    picture.wait()
    until(lambda: admin.raw("GET", "/api/targets").status_code == 200, 30, "the API")

    assert admin.execution(execution) == before and admin.log(execution) == b"kept\n"
    with Live(admin) as live:
        again = admin.run("echo again", fleet.filter)
        live.follow(again)
        entries = live.entries_until_end(timeout=60)
    assert [output_of(entries, branch, 1) for branch in range(1, len(fleet.targets) + 1)] == ["again\n"] * len(fleet.targets)
    sentence(f"{picture.databases}: {len(OWNERS)} databases backed up and restored; deleted targets and their credential work again")
