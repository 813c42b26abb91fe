"""Rules about Swift code."""
import re
from collections.abc import Iterator

from .tree import SourceFile, Tree, rule

Found = Iterator[tuple[str, int, str]]

ATTRIBUTES = r"(?:@\w+(?:\([^)]*\))?\s+)*"
PACKAGE = re.compile(
    rf"^\s*{ATTRIBUTES}(?:\w+(?:\(\w+\))?\s+)*?package\s+(?!import\b|\(set\))[\w@]"
)
ATTRIBUTE_LINE = re.compile(r"^\s*@\w+(?:\(.*\))?\s*$")


def _lines(file: SourceFile, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Line number and match of every place in the code, comments and strings aside."""
    for number, line in enumerate(file.swift.code_lines, 1):
        for match in pattern.finditer(line):
            yield number, match[0].strip()


@rule("documented", "Every package declaration has a doc comment.")
def documented(tree: Tree) -> Found:
    for file in tree.matching(".swift", within=("Sources", "Tests/Support")):
        lines, code = file.lines, file.swift.code_lines
        for number, line in enumerate(code, 1):
            if not PACKAGE.match(line):
                continue
            above = number - 2
            while above >= 0 and ATTRIBUTE_LINE.match(code[above]):
                above -= 1
            if above < 0 or not lines[above].lstrip().startswith(("///", "*/")):
                declaration = line.strip().rstrip("{ ")[:60]
                yield file.path, number, f"`{declaration}` needs a doc comment that says meaning, units and errors"


FUNCTION_LINES = 60


@rule("function-length", f"A function has at most {FUNCTION_LINES} lines.")
def function_length(tree: Tree) -> Found:
    for file in tree.matching(".swift"):
        for name, first, last in file.swift.functions():
            if last - first + 1 > FUNCTION_LINES:
                yield file.path, first, f"`{name}` has {last - first + 1} lines; split it by meaning (at most {FUNCTION_LINES})"


CLOCK = re.compile(
    r"\bDate\(\)|\bUUID\(\)|\bTask(?:<[^>]*>)?\.sleep\b|\bThread\.sleep\b|\bu?sleep\(\d|\bDispatch(?:Wall)?Time\.now\b"
    r"|\bDate\.now\b|\bgettimeofday\(|(?<![\w)\]}?!>.])\.now\b(?!\()"
)


@rule("clock", "Time and ids come from Vocabulary's clock and ids.")
def clock(tree: Tree) -> Found:
    for file in tree.matching(".swift", within=("Sources",)):
        # ContinuousClock is a stopwatch that tells no time of day: it may be used to measure how long something took.
        if file.is_in("Sources/Kits/Vocabulary"):
            continue
        for number, what in _lines(file, CLOCK):
            yield file.path, number, f"`{what}` belongs to Vocabulary: take a WallClock, an IDSource or a Timestamp as argument"


FORCE = re.compile(r"\btry!|\bas!|\bfatalError\(")


@rule("no-force", "No try!, as! or fatalError.")
def no_force(tree: Tree) -> Found:
    for file in tree.matching(".swift", within=("Sources", "Tests")):
        for number, what in _lines(file, FORCE):
            yield file.path, number, f"`{what.rstrip('(')}` ends the whole server; throw an error or make the case impossible by types"


UNSAFE = re.compile(r"@unchecked\s+Sendable|\bnonisolated\(unsafe\)|@preconcurrency\b")
PROOF = re.compile(r"safe|lock|mutex|thread|executor|queue|immutable|isolat|synchron|race|actor|never chang|once|only", re.I)


@rule("unsafe-explained", "Each @unchecked Sendable and nonisolated(unsafe) has a comment that proves it.")
def unsafe_explained(tree: Tree) -> Found:
    for file in tree.matching(".swift", within=("Sources", "Tests")):
        comments = file.swift.commented_lines
        for number, what in _lines(file, UNSAFE):
            proof, above = comments.get(number, ""), number - 1
            while above > 0 and (above in comments or ATTRIBUTE_LINE.match(file.swift.code_lines[above - 1])):
                proof += comments.get(above, "")
                above -= 1
            if not PROOF.search(proof):
                yield file.path, number, f"`{what}` needs a comment that proves why no two threads can race here"


PRINT = re.compile(r"(?<![\w.])(?:print|debugPrint|dump|NSLog)\(")


@rule("no-print", "Only the front door prints; everything else logs.")
def no_print(tree: Tree) -> Found:
    for file in tree.matching(".swift", within=("Sources",)):
        if not file.is_in("Sources/App"):
            for number, what in _lines(file, PRINT):
                yield file.path, number, f"`{what})` writes to standard output; use the logger, with variables as metadata"


SQL = re.compile(
    r"\bSELECT\b[\s\S]+\bFROM\b|\bINSERT INTO\b|\bINSERT OR \w+ INTO\b|\bUPDATE\s+\S+\s+SET\b|\bDELETE FROM\b"
    r"|\bCREATE (?:UNIQUE )?(?:TABLE|INDEX|VIEW)\b|\b(?:ALTER|DROP) TABLE\b"
)
SQL_HOME = re.compile(r"(?:SQL\w*|Store|Rows|Migrations)\.swift$")


@rule("sql-home", "SQL lives in *Store.swift, *Rows.swift, *Migrations.swift and files with SQL in their name.")
def sql_home(tree: Tree) -> Found:
    for file in tree.matching(".swift", within=("Sources",)):
        if file.is_in("Sources/Kits/Store", "Sources/Drivers") or SQL_HOME.search(file.pure.name):
            continue
        for number, text in file.swift.strings:
            if SQL.search(text):
                yield file.path, number, "SQL belongs into the room's SQL…Store.swift, …Rows.swift or …Migrations.swift"


@rule("rooms-apart", "No service imports another service.")
def rooms_apart(tree: Tree) -> Found:
    services = {file.pure.parts[2] for file in tree.matching(".swift", within=("Sources/Services",))}
    for file in tree.matching(".swift", within=("Sources/Services", "Sources/Contracts", "Sources/Kits", "Sources/Connectors")):
        room = file.pure.parts[2] if file.is_in("Sources/Services") else None
        for number, line in enumerate(file.swift.code_lines, 1):
            match = re.match(r"\s*(?:@\w+\s+)?(?:package\s+|internal\s+|private\s+)?import\s+(?:\w+\s+)?(\w+)", line)
            if match and match[1] in services and match[1] != room:
                yield file.path, number, f"`import {match[1]}`: rooms know each other only through Contracts"
