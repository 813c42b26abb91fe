"""Just enough of Swift's lexical structure to tell code, comments and strings apart."""
import re
from functools import cached_property

INTERESTING = re.compile(r'//|/\*|#*"')
FUNCTION = re.compile(r"\b(?:func\s+[^\s(<]+|init[?!]?(?=\s*[(<])|deinit\b)")
CONTINUES = re.compile(r"\s*(?:\{|where\b|->|async\b|throws\b|rethrows\b)")


class SwiftText:
    """A Swift source with its comments and strings set apart. Line numbers start at 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[tuple[int, str]] = []
        self.strings: list[tuple[int, str]] = []
        self._code = list(text)
        self._scan(0, len(text))
        self.code = "".join(self._code)

    @cached_property
    def code_lines(self) -> list[str]:
        """The lines with comments and the insides of strings blanked out."""
        return self.code.split("\n")

    @cached_property
    def commented_lines(self) -> dict[int, str]:
        """Comments by line; a block comment counts for each of its lines."""
        lines: dict[int, str] = {}
        for start, comment in self.comments:
            for offset, part in enumerate(comment.split("\n")):
                lines[start + offset] = lines.get(start + offset, "") + part
        return lines

    def line_of(self, offset: int) -> int:
        """The line that an offset lies in."""
        return self.text.count("\n", 0, offset) + 1

    def _blank(self, start: int, end: int) -> None:
        for index in range(start, end):
            if self._code[index] != "\n":
                self._code[index] = " "

    def _scan(self, position: int, end: int) -> None:
        while match := INTERESTING.search(self.text, position, end):
            start = match.start()
            if match[0] == "//":
                position = self.text.find("\n", start)
                position = end if position < 0 else position
            elif match[0] == "/*":
                position = self._end_of_block_comment(start)
            else:
                position = self._string(start, len(match[0]) - 1)
                continue
            self.comments.append((self.line_of(start), self.text[start:position]))
            self._blank(start, position)

    def _end_of_block_comment(self, start: int) -> int:
        depth, position = 0, start
        for match in re.finditer(r"/\*|\*/", self.text[start:]):
            depth += 1 if match[0] == "/*" else -1
            position = start + match.end()
            if depth == 0:
                return position
        return len(self.text)

    def _string(self, start: int, hashes: int) -> int:
        """Takes the string that starts at `start`; returns the offset behind it. Interpolations stay code."""
        opening = start + hashes
        quote = '"""' if self.text.startswith('"""', opening) else '"'
        closing, escape = quote + "#" * hashes, "\\" + "#" * hashes
        position = piece = opening + len(quote)
        pieces = []
        while position < len(self.text):
            if self.text.startswith(closing, position):
                break
            if self.text.startswith(escape, position):
                after = position + len(escape)
                if self.text.startswith("(", after):
                    pieces.append(self.text[piece:position])
                    self._blank(piece, position)
                    position = piece = self._end_of_parentheses(after)
                    continue
                position = after + 1
            elif quote == '"' and self.text[position] == "\n":
                break
            else:
                position += 1
        pieces.append(self.text[piece:position])
        self._blank(piece, min(position, len(self.text)))
        self.strings.append((self.line_of(start), "\0".join(pieces)))
        return position + len(closing)

    def _end_of_parentheses(self, start: int) -> int:
        depth, position = 0, start
        while position < len(self.text):
            match = re.compile(r'[()]|#*"').search(self.text, position)
            if not match:
                break
            if match[0] in "()":
                depth += 1 if match[0] == "(" else -1
                position = match.end()
                if depth == 0:
                    return position
            else:
                position = self._string(match.start(), len(match[0]) - 1)
        return len(self.text)

    def functions(self) -> list[tuple[str, int, int]]:
        """Name, first and last line of every function that has a body."""
        found = []
        for match in FUNCTION.finditer(self.code):
            opening = self._opening_brace(match.end())
            if opening is not None:
                end = self._matching(opening, "{", "}")
                found.append((match[0].split()[-1], self.line_of(match.start()), self.line_of(end)))
        return found

    def _opening_brace(self, position: int) -> int | None:
        """The brace that opens the body of the function declared before `position`; None if it has none."""
        while position < len(self.code):
            character = self.code[position]
            if character == "{":
                return position
            if character == "}":
                return None
            if character == "(":
                position = self._matching(position, "(", ")")
            elif character == "\n" and not CONTINUES.match(self.code, position):
                return None
            position += 1
        return None

    def _matching(self, start: int, opening: str, closing: str) -> int:
        depth = 0
        for match in re.compile(f"[{re.escape(opening)}{re.escape(closing)}]").finditer(self.code, start):
            depth += 1 if match[0] == opening else -1
            if depth == 0:
                return match.start()
        return len(self.code) - 1
