"""Rules about the problems that the API answers."""
import re
from collections.abc import Iterator

from .tree import Tree, rule

# `Problem("slug", "Title", status: 4xx`, over as many lines as it takes.
MADE = re.compile(r'\(\s*"([a-z]+(?:-[a-z]+)*)",\s*"[^"]+",\s*status:\s*\d+')
LISTED = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)
# The table of the answers that nginx gives by itself: name, status, slug, title.
MADE_BY_NGINX = re.compile(r"^\d{3} \d{3} ([a-z-]+) ", re.MULTILINE)
NGINX = "deploy/nginx/render"
PAGE = "docs/problems.md"


@rule("problems-listed", "docs/problems.md lists exactly the problems that the sources make.", per_file=False)
def problems_listed(tree: Tree) -> Iterator[tuple[str, int, str]]:
    page = tree.files.get(PAGE)
    listed = set(LISTED.findall(page.text)) if page else set()
    made: dict[str, tuple[str, int]] = {}
    makers = [(file, MADE) for file in tree.matching(".swift", within=("Sources",))]
    makers += [(file, MADE_BY_NGINX) for file in tree.matching(NGINX)]
    for file, pattern in makers:
        for match in pattern.finditer(file.text):
            made.setdefault(match[1], (file.path, file.text.count("\n", 0, match.start()) + 1))
    for slug in sorted(set(made) - listed):
        yield *made[slug], f"{PAGE} does not list `{slug}`"
    for slug in sorted(listed - set(made)):
        yield PAGE, 1, f"no source makes `{slug}`"
