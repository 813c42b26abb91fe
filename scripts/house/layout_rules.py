"""Rules about which files there are and what they are called."""
import re
from collections.abc import Iterator

from .tree import Tree, rule

Found = Iterator[tuple[str, int, str]]

# `Common` is vague alone or at the end; `CommonPasswords` are a subject.
VAGUE = re.compile(
    r"(?:^|(?<=[a-z0-9_\-.+]))(?:(?:Util(?:s|ity|ities)?|Helpers?|Managers?|Misc)(?=$|[A-Z_\-.+0-9])|Common(?=$|[_\-.+]))")
VAGUE_LOWER = re.compile(r"^(?:utils?|helpers?|common|managers?|misc)$")


@rule("names", "Files and folders say what they hold: no Utils, Helpers, Common, Manager.")
def names(tree: Tree) -> Found:
    for file in tree.files.values():
        for part in (*file.pure.parent.parts, file.pure.stem):
            words = re.split(r"[_\-.]", part)
            if VAGUE.search(part) or any(VAGUE_LOWER.match(word) for word in words):
                yield file.path, 1, f"`{part}` does not say what it holds; name it after its subject"
                break


# What every room has, so that who knows one room knows them all: a name and the pattern that one of its files must match.
EVERY_ROOM = {"{room}Service.swift": r"^{room}Service\.swift$"}
ROOM_WITH_DATABASE = EVERY_ROOM | {
    "…Error.swift": r"Error\.swift$",
    "…Operations.swift": r"Operations\.swift$",
    "…Store.swift": r"^(?!SQL)\w+Store\.swift$",
    "SQL…Store.swift": r"^SQL\w+Store\.swift$",
    "…Routes.swift": r"Routes\.swift$",
    "…Migrations.swift": r"Migrations\.swift$",
}
WITHOUT_DATABASE = {"Worker", "Frontend"}
README_LINES = 5


@rule("room-layout", "Every service folder has a README.md and the fixed file names.", per_file=False)
def room_layout(tree: Tree) -> Found:
    rooms: dict[str, list[str]] = {}
    for file in tree.matching("", within=("Sources/Services",)):
        rooms.setdefault(file.pure.parts[2], []).append(file.pure.name)
    for room, files in sorted(rooms.items()):
        folder = f"Sources/Services/{room}"
        wanted = EVERY_ROOM if room in WITHOUT_DATABASE else ROOM_WITH_DATABASE
        for name, pattern in wanted.items():
            expression = re.compile(pattern.replace("{room}", room))
            if not any(expression.search(file) for file in files):
                yield f"{folder}/README.md", 1, f"the room {room} has no {name.replace('{room}', room)}"
        readme = tree.files.get(f"{folder}/README.md")
        if readme is None:
            yield f"{folder}/README.md", 1, f"the room {room} has no README.md (purpose, tables, events, what it calls)"
        elif len([line for line in readme.lines if line.strip()]) < README_LINES:
            yield readme.path, 1, "say in about ten lines: purpose, tables, events, what it calls"
        if "Placeholder.swift" in files:
            yield f"{folder}/Placeholder.swift", 1, "a placeholder is not a room"


LARGEST = 200_000
BUILT = (".min.js", ".min.css", ".js.map", ".css.map", ".gz", ".zip", ".o", ".a", ".so", ".pyc", ".db", ".sqlite", ".woff2", ".jar")


@rule("tracked-files", "Only what somebody wrote is tracked: nothing built, binary or big.")
def tracked_files(tree: Tree) -> Found:
    for file in tree.files.values():
        if file.path.endswith(BUILT) or "node_modules" in file.pure.parts or "dist" in file.pure.parts:
            yield file.path, 1, "this is built or downloaded; keep the recipe, not the result"
        elif len(file.data) > LARGEST:
            yield file.path, 1, f"{len(file.data)} bytes; the limit is {LARGEST}"
        elif b"\0" in file.data[:8192]:
            yield file.path, 1, "this is a binary file"
