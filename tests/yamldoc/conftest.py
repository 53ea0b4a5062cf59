"""Pages: YAML files in every layout, made by hypothesis, which know where they put each scalar."""

from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st

PLAIN = (
    "v1",
    "n8n:1.10",
    "yes",
    "~",
    "a b",
    "x#y",
    "a:b",
    "2024-01-02",
    "0644",
    "-x",
    "é😀",
    "a\u00a0",
    "\u3000b",
)
QUOTED = (
    "''", '""', "'it''s'", '"\\u00e9\\n"', '"a\\\n  b"', "'a: b'", '"# no"', "'[😀]'", '"a\u2028b"', "'a\u0085b'",
    '"a\tb"', "'a\n\n   b'",
)  # fmt: skip
LINES = ("word", "  deeper", "", "# no comment", "a: b", "é😀", "\ttab", "end ")


@dataclass
class Page:
    """A file in the making.

    `scalars` holds offset and source of each one, `anchors` those that can be repeated. `keeps`: block scalars have a
    `+`, so that no empty line may stand behind another entry: once that is removed it would be the scalar's.
    """

    draw: st.DrawFn
    newline: str
    text: str = ""
    scalars: list[tuple[int, str]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    serial: int = 0
    keeps: bool = False
    bom: bool = False

    def __bytes__(self) -> bytes:
        return (b"\xef\xbb\xbf" if self.bom else b"") + self.text.encode()

    def pick(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(1, number)) == number

    def next(self) -> int:
        self.serial += 1
        return self.serial

    def put_scalar(self, source: str) -> None:
        self.scalars.append((len(self.text), source))
        self.text += source

    def comment(self, one_in: int = 3) -> str:
        return f"# c{self.next()}: [é😀] '\"" if self.one_in(one_in) else ""

    def between(self) -> None:
        """Write the blank lines and comments that stand between two entries; what is indented would go on a block."""
        start, source = self.scalars[-1] if self.scalars else (0, "")
        after_block = source[:1] in {"|", ">"} and not self.text[start + len(source) :].strip()
        while self.one_in(6):
            comment = self.comment(3 if not self.keeps else 1)
            self.text += ("" if after_block else self.pick("", "  ")) + comment + self.newline

    def end_line(self) -> None:
        comment = self.comment()
        blank = " " if self.text.rstrip(" ")[-1] in "-:" else self.pick(" ", "   ", "\t")
        self.text += (blank + comment if comment else self.pick("", "", " ")) + self.newline

    def properties(self) -> str | None:
        """Write an anchor or a tag; return the anchor's name."""
        anchor = f"a{self.next()}" if self.one_in(8) else None
        tag = self.pick("!!str ", "!x ", "!<tag:e.x,2000:y> ") if self.one_in(12) else ""
        self.text += (f"&{anchor} " if anchor else "") + tag
        return anchor

    def key(self) -> None:
        name = f"k{self.next()}"
        self.put_scalar(self.pick(name, name, f'"{name}"', f"'{name}:'", f"{name} ü😀"))
        self.text += self.pick("", "", " ") + ":"

    def word(self, *, flow: bool) -> None:
        quoted_ = self.pick(*QUOTED).replace("\n", self.newline)
        plain = self.pick(*PLAIN, *(() if flow else ("a, b", "x]y", "a{}")))
        self.put_scalar(quoted_ if self.one_in(3) else plain)

    def flow(self, depth: int) -> None:
        """Write a list or mapping with brackets, on one line or several."""
        several, is_list, end = self.one_in(3), self.one_in(2), self.draw(st.integers(0, 3))
        self.text += "[" if is_list else "{"
        for number in range(end):
            self.text += f"{self.newline}{' ' * 20}" if several else self.pick("", " ")
            if not is_list:
                self.key()
                self.text += " "
            self.flow(depth - 1) if depth and self.one_in(4) else self.word(flow=True)
            self.text += self.pick("", " ") + ("," if number < end - 1 or self.one_in(3) else "")
            if several and (comment := self.comment()):
                self.text += f" {comment}{self.newline}{' ' * 20}"
        self.text += f"{self.newline}{' ' * 20}" if several and self.one_in(2) else ""
        self.text += "]" if is_list else "}"

    def literal(self, indent: int) -> None:
        """Write a block scalar; blank lines at its end belong to it with `+` only."""
        start = len(self.text)
        self.text += self.pick("|", ">") + ("+" if self.keeps else self.pick("", "-"))
        self.text += (f" {self.comment()}".rstrip()) + self.newline
        body = ["first", *(self.pick(*LINES) for _ in range(self.draw(st.integers(0, 3)))), "last"]
        self.text += "".join(f"{' ' * indent}{line}".rstrip(" ") + self.newline for line in body)
        blank = self.newline if self.one_in(3) else ""
        self.text += blank if self.keeps else ""
        self.scalars.append((start, self.text[start:]))
        self.text += "" if self.keeps else blank

    def value(self, indent: int, depth: int) -> None:
        """Write what stands behind a colon or dash that is indented by `indent`, up to the end of its last line."""
        if self.anchors and self.one_in(12):
            self.text += f" *{self.pick(*self.anchors)} "
            return self.end_line()
        self.text += " "
        kind = self.draw(st.integers(0, 9))
        if kind == 0 and self.one_in(2):
            self.scalars.append((len(self.text), ""))
            return self.end_line()
        anchor = self.properties()
        if kind in {1, 2}:
            self.literal(indent + self.draw(st.integers(1, 4)))
        elif kind in {3, 4} and depth:
            self.flow(depth - 1)
            self.end_line()
        elif kind >= 5 and depth:
            self.end_line()
            self.block(indent, depth - 1, in_list=False)
        else:
            self.word(flow=False)
            self.end_line()
        self.anchors += [anchor] if anchor else []
        return None

    def block(self, parent: int, depth: int, *, in_list: bool) -> None:
        """Write a list or mapping as lines below something that is indented by `parent`."""
        if self.one_in(3):
            indent = parent + self.draw(st.integers(1 if in_list or parent < 0 else 0, 4))
            self.items(max(indent, 0), depth)
        else:
            self.entries(parent + self.draw(st.integers(1, 4)), depth, first=True)

    def entries(self, indent: int, depth: int, *, first: bool) -> None:
        for number in range(self.draw(st.integers(1, 4))):
            if number or first:
                self.between()
                self.text += " " * indent
            self.key()
            self.value(indent, depth)

    def items(self, indent: int, depth: int) -> None:
        for _ in range(self.draw(st.integers(1, 4))):
            self.between()
            self.text += f"{' ' * indent}-"
            kind = self.draw(st.integers(0, 3)) if depth else 0
            if kind == 1:
                gap = self.draw(st.integers(1, 3))
                self.text += " " * gap
                self.entries(indent + 1 + gap, depth - 1, first=False)
            elif kind == 2:
                self.end_line()
                self.block(indent, depth - 1, in_list=True)
            else:
                self.value(indent, 0)


@st.composite
def _pages(draw: st.DrawFn) -> Page:
    page = Page(draw, draw(st.sampled_from(("\n", "\n", "\r\n"))), keeps=draw(st.integers(1, 4)) == 1)
    for number in range(draw(st.sampled_from((1, 1, 2)))):
        page.between()
        if number or page.one_in(3):
            page.text += "---" + page.newline
        page.between()
        page.anchors.clear()
        page.block(-1, 3, in_list=False)
    if page.one_in(3) and page.scalars[-1][1][:1] not in ("|", ">"):
        page.text = page.text.removesuffix(page.newline)
    page.bom = draw(st.booleans())
    return page


@pytest.fixture(scope="session")
def pages() -> st.SearchStrategy[Page]:
    """Return the strategy of pages: conftest cannot be imported."""
    return _pages()
