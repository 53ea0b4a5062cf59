"""The page: what a service is called or why it is held is text, whatever is in it."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from infra_tool.status import ClusterState, Running, ServiceState, html, markdown

KOALA = ClusterState(
    "koala",
    (
        ServiceState(
            name="n8n",
            layout="shared",
            version="v2",
            running=Running(1769860800, "Laura <l@example.org>", "0123456789abcdef"),
            stubs=("A",),
        ),
        ServiceState(name="web", layout="isolated", problem="two images: a|b"),
    ),
)


def test_markdown() -> None:
    assert markdown([KOALA, ClusterState("panda", ())], "What runs") == (
        "# What runs\n\n## koala\n\n"
        "| service | version | since | by | commit | to look at |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| n8n | v2 | 2026-01-31 12:00 | Laura | 0123456789ab | 1 stub |\n"
        "| web |  |  |  |  | two images: a\\|b |\n\n"
        "## panda\n\nno services\n"
    )


def test_a_cluster_is_called_what_it_is_called() -> None:
    page = markdown([ClusterState("a\n# <b>\x1b[2J", ())], "t")
    assert "## a \\# \\<b\\>\\\\x1b\\[2J\n" in page


class Read(HTMLParser):
    """Collects the tags and the cells of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["td"] and data.strip("\n"):
            self.cells[-1] += data


def page(held: str) -> Read:
    return Read(html([ClusterState("koala", (ServiceState(name="n8n", layout="shared", held=held),))], "What runs"))


@given(st.text("<>&\"'/ abscript=`|\\", min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    read = page(text)
    assert read.tags == page("x").tags
    assert read.cells[-1] == text


@given(st.text("|\\`<>*#\n ab", min_size=1))
def test_no_text_becomes_a_cell(text: str) -> None:
    found = markdown([ClusterState("koala", (ServiceState(name="n8n", layout="shared", held=text),))], "t")
    (row,) = (line for line in found.splitlines() if line.startswith("| n8n"))
    bare = row.replace("\\\\", "").replace("\\|", "")
    assert bare.count("|") == 7
