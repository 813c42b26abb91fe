"""Rules about texts of any language."""
import ast
import re
from collections.abc import Iterator

from .tree import SourceFile, Tree, rule

Found = Iterator[tuple[str, int, str]]

FILE_LINES = 300


@rule("file-length", f"A source file has one subject and at most {FILE_LINES} lines.")
def file_length(tree: Tree) -> Found:
    for file in tree.matching(".swift", ".ts", ".tsx", ".py", ".sh"):
        if len(file.lines) > FILE_LINES:
            yield file.path, FILE_LINES + 1, f"{len(file.lines)} lines; split the file by noun (at most {FILE_LINES})"


FUNCTION_LINES = 60


@rule("python-functions", f"A Python function has at most {FUNCTION_LINES} lines.")
def python_functions(tree: Tree) -> Found:
    for file in tree.matching(".py"):
        for node in ast.walk(ast.parse(file.text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield file.path, node.lineno, f"`{node.name}` has {length} lines; split it (at most {FUNCTION_LINES})"


LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


@rule("no-todo", "What is left to do is in the issues, not in the sources.")
def no_todo(tree: Tree) -> Found:
    for file in tree.matching(".swift", ".ts", ".tsx", ".css", ".py", ".sh", ".yaml", ".yml", ".md", "Makefile"):
        for number, line in enumerate(file.lines, 1):
            if match := LATER.search(line):
                yield file.path, number, f"{match[1]}: do it now or file an issue"


ADDRESS = re.compile(r"\blocalhost\b|\b127\.\d+\.\d+\.\d+\b|\b0\.0\.0\.0\b|(?<![\w:])::1\b|\bhttps?://([\w.-]+)")
# Names of document formats look like addresses; `host` is a placeholder; hosts under `.example` belong to nobody (RFC 2606).
NAMES = re.compile(r"^(?:host|www\.w3\.org|json-schema\.org|spec\.openapis\.org|.*\.example|example\.(?:com|org|net))$")
# Containers find each other by these names and by nothing else.
CONTAINERS = re.compile(r"^opsconductor-[a-z-]+$")


def _shipped_texts(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Line and text of everything that ships: strings only in Swift, all but comments elsewhere."""
    if file.path.endswith(".swift"):
        for start, text in file.swift.strings:
            for offset, line in enumerate(text.split("\n")):
                yield start + offset, line
        return
    block = False
    for number, line in enumerate(file.lines, 1):
        stripped = line.strip()
        block = block or stripped.startswith("/*")
        if not block and not stripped.startswith(("//", "#")):
            yield number, line
        block = block and "*/" not in stripped


@rule("no-addresses", "Shipped sources name no host, address or origin; those are settings.")
def no_addresses(tree: Tree) -> Found:
    for file in tree.matching("", within=("Sources", "web/src", "deploy")):
        if file.path.endswith(".md") or b"\0" in file.data:
            continue
        for number, text in _shipped_texts(file):
            for match in ADDRESS.finditer(text):
                host = match[1] or ""
                if not (NAMES.match(host) or file.is_in("deploy") and CONTAINERS.match(host)):
                    yield file.path, number, f"`{match[0]}` is an address; take it from the settings"


SWIFT_SLEEP = re.compile(r"\bTask(?:<[^>]*>)?\.sleep\b|\bThread\.sleep\b|\bu?sleep\(\d")
PYTHON_SLEEP = re.compile(r"\b(?:time|asyncio)\.sleep\(|\bwait_for_timeout\(|^\s*from time import .*\bsleep\b")
SCRIPT_SLEEP = re.compile(r"\bsetTimeout\(\s*(?:resolve|done)\b|\bwaitForTimeout\(")


@rule("no-test-sleep", "Tests wait for signals, never for time to pass.")
def no_test_sleep(tree: Tree) -> Found:
    for file in tree.matching(".swift", ".py", ".ts", ".tsx", within=("Tests", "web/test")):
        pattern = SCRIPT_SLEEP
        lines = file.lines
        if file.path.endswith(".swift"):
            pattern, lines = SWIFT_SLEEP, file.swift.code_lines
        elif file.path.endswith(".py"):
            pattern = PYTHON_SLEEP
        for number, line in enumerate(lines, 1):
            if match := pattern.search(line):
                yield file.path, number, f"`{match[0].strip()}`: wait for a signal, a process or a socket, or drive ManualClock"


RAW_HTML = re.compile(r"\bdangerouslySetInnerHTML\b|\.(?:inner|outer)HTML\s*=(?!=)|\binsertAdjacentHTML\(|\bdocument\.write\(|\beval\(|\bnew Function\(")


@rule("no-raw-html", "The web app never turns text into HTML or code.")
def no_raw_html(tree: Tree) -> Found:
    for file in tree.matching(".ts", ".tsx", within=("web/src",)):
        for number, line in enumerate(file.lines, 1):
            if match := RAW_HTML.search(line):
                yield file.path, number, f"`{match[0].strip()}` lets output of a target become part of the page; make elements instead"
