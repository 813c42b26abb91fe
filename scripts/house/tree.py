"""What rules look at (a tree of files) and how they are registered."""
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from .swift import SwiftText

# Fixtures break rules on purpose; the lint's own sources have to name what they forbid.
EXEMPT = ("Tests/Lint/", "scripts/house/", "scripts/lint")


@dataclass(frozen=True, order=True)
class Finding:
    """One place where a rule is broken."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


class SourceFile:
    """One file, read when first needed."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self.location = root / path
        self.pure = PurePosixPath(path)

    @cached_property
    def data(self) -> bytes:
        """The raw bytes."""
        return self.location.read_bytes()

    @cached_property
    def text(self) -> str:
        """The text; bytes that are not UTF-8 are replaced."""
        return self.data.decode("utf-8", "replace")

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.splitlines()

    @cached_property
    def swift(self) -> SwiftText:
        """The text with comments and strings told apart."""
        return SwiftText(self.text)

    def is_in(self, *folders: str) -> bool:
        """Whether the file lies in one of the folders."""
        return any(self.path.startswith(folder + "/") for folder in folders)


class Tree:
    """The files that a rule may look at, by path relative to the root."""

    def __init__(self, root: Path, paths: list[str]) -> None:
        self.root = root
        self.files = {path: SourceFile(root, path) for path in sorted(paths) if (root / path).is_file()}

    @classmethod
    def of_repository(cls, root: Path) -> "Tree":
        """All files that git tracks or would add."""
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, check=True, capture_output=True, text=True,
        ).stdout
        return cls(root, [path for path in listing.split("\0") if path and not path.startswith(EXEMPT)])

    @classmethod
    def of_folder(cls, root: Path) -> "Tree":
        """All files below a fixture's folder."""
        return cls(root, [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()])

    def matching(self, *endings: str, within: tuple[str, ...] = ()) -> Iterator[SourceFile]:
        """The files with one of the endings, in one of the folders if any are named."""
        for file in self.files.values():
            if file.path.endswith(endings) and (not within or file.is_in(*within)):
                yield file


@dataclass(frozen=True)
class Rule:
    """A named check. `per_file` rules must find every file of their bad fixture."""

    name: str
    sentence: str
    per_file: bool
    body: Callable[[Tree], Iterator[tuple[str, int, str]]]

    def check(self, tree: Tree) -> list[Finding]:
        """Where the tree breaks the rule without saying why it must."""
        found = [Finding(path, line, self.name, message) for path, line, message in self.body(tree)]
        return [finding for finding in found if not self._is_explained(tree, finding)]

    def _is_explained(self, tree: Tree, finding: Finding) -> bool:
        """Whether a comment on the line or the one above says `allow RULE: reason`, with a reason of at least four words."""
        file = tree.files.get(finding.path)
        around = file.lines[max(0, finding.line - 2):finding.line] if file else []
        reasons = [re.search(rf"(?://|#|/\*).*\ballow {self.name}: (\S+(?: \S+){{3,}})", line) for line in around]
        return any(reasons)


RULES: list[Rule] = []


def rule(name: str, sentence: str, per_file: bool = True) -> Callable:
    """Registers a generator of (path, line, message) as a rule."""

    def register(body: Callable) -> Callable:
        RULES.append(Rule(name, sentence, per_file, body))
        return body

    return register
