"""One split installation on a database server of its own, and a machine whose commands leave a trace."""
import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.api import Api, set_up
from harness.fleet import Fleet
from harness.picture import Picture
from harness.postgresql import PostgreSQL
from harness.sshd import Sshd


@dataclass
class Ground:
    """What the claims are tried on."""

    picture: Picture
    database: PostgreSQL
    api: Api
    fleet: Fleet
    effects: Path

    def leaving(self, mark: str, seconds: float = 0) -> str:
        """A command that takes a while and then leaves a line in the ledger of effects, written in one piece."""
        return f"sleep {seconds}; echo {mark} >> {shlex.quote(str(self.effects))}"

    def effects_of(self, marks: set[str]) -> dict[str, int]:
        """How often each mark stands in the ledger."""
        lines = self.effects.read_text().split() if self.effects.exists() else []
        return {mark: lines.count(mark) for mark in marks}


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Everything running, the administrator set up, five machines known."""
    folder = tmp_path_factory.mktemp("ground")
    with ExitStack() as ends:
        database = PostgreSQL()
        ends.callback(database.stop)
        database.start()
        sshd = Sshd(folder / "sshd", [f"127.0.0.{number}" for number in range(2, 7)])
        ends.callback(sshd.stop)
        sshd.start()
        picture = Picture(folder / "picture", server=database, LEASE_SECONDS="5", DRAIN_SECONDS="20", LOG_LEVEL="warning",
                          ARCHIVE_AFTER_SECONDS="2")
        ends.callback(picture.kill)
        api = set_up(picture.start())
        yield Ground(picture, database, api, Fleet(api, sshd, "ground"), folder / "effects")


@pytest.fixture(scope="session")
def rounds() -> Callable[[int], int]:
    """How often something is done, unless ROUNDS says otherwise."""
    return lambda usual: int(os.environ.get("ROUNDS", usual))


@pytest.fixture
def tell(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints the line of a claim, whatever pytest does with output."""
    def line(text: str) -> None:
        with capfd.disabled():
            print(f"\n  {text}", flush=True)
    return line
