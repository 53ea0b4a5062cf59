"""An edit changes what was asked for and nothing else, or says why it will not: pages at random."""

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from infra_tool import splice, yamldoc
from infra_tool.splice import Splice
from infra_tool.yamldoc import EditError, Mapping, Node, Scalar, Sequence, Value, YamlFile

if TYPE_CHECKING:
    from conftest import Page

Step = str | int
Path = tuple[Step, ...]
TEXTS = ("v2", "1.10", "yes", "", "'", '"', "a\nb", "#", "a: b", "é😀", " x ")
SOURCES: dict[str, Value] = {
    "": None,
    "v2": "v2",
    '"1.10"': "1.10",
    "[x, 'y']": ["x", "y"],
    "{p: q}": {"p": "q"},
    "- x\n- y: z\n": ["x", {"y": "z"}],
    "p:\n  - q\nr: s\n": {"p": ["q"], "r": "s"},
    "|\n  x\n\n  y\n": "x\n\ny\n",
    ">-\n  x\n    y\n": "x\n  y",
}


class Case(NamedTuple):
    """An edit; how it changes the data at `path`; where comments may go with what is removed or replaced."""

    edit: Callable[[], Splice]
    path: Path
    change: Callable[[object], object]
    gone: range = range(0)


def below(file: YamlFile) -> list[tuple[Node, Path]]:
    """Return every value with the path to its data; what an alias stands for has the path of its anchor alone."""
    found: list[tuple[Node, Path]] = [(d.root, (n,)) for n, d in enumerate(file.documents) if d.root is not None]
    for here, path in found:
        if isinstance(here, Mapping):
            found += [(value, (*path, key.value)) for key, value in here.items if isinstance(key, Scalar)]
        elif isinstance(here, Sequence):
            found += [(item, (*path, number)) for number, item in enumerate(here.items)]
    return found


def entry(file: YamlFile, key: Node, value: Node) -> range:
    """Return where an entry stands, with the comment on the line it ends on."""
    text, end = file.text, file.bounds(value)[1]
    start = text.rfind("-", 0, key.start) if key is value else key.start
    after = text.find("\n", end - (text[end - 1] == "\n"))
    return range(start, len(text) if after < 0 else after)


def replaced(draw: Callable[..., object], file: YamlFile) -> Case:
    values = [(node, path) for node, path in below(file) if isinstance(node, Scalar)]
    assume(values)
    scalar, path = draw(st.sampled_from(values))
    text = draw(st.sampled_from(TEXTS) | st.text(max_size=9))
    return Case(lambda: yamldoc.replace_scalar(file, scalar, text), path, lambda _: text, range(*file.bounds(scalar)))


def key_set(draw: Callable[..., object], file: YamlFile) -> Case:
    mappings = [(node, path) for node, path in below(file) if isinstance(node, Mapping)]
    assume(mappings)
    mapping, path = draw(st.sampled_from(mappings))
    old = {key.value: (key, value) for key, value in mapping.items}
    key, after = draw(st.sampled_from([*old, "new", "yes"])), draw(st.sampled_from([None, *old]))
    source, value = draw(st.sampled_from(list(SOURCES.items())))
    gone = entry(file, *old[key]) if key in old else range(0)
    return Case(
        lambda: yamldoc.set_key(file, mapping, key, source, after=after), path, lambda data: {**data, key: value}, gone
    )


def item_inserted(draw: Callable[..., object], file: YamlFile) -> Case:
    mappings = [(node, path) for node, path in below(file) if isinstance(node, Mapping)]
    assume(mappings)
    owner, path = draw(st.sampled_from(mappings))
    lists = [key.value for key, value in owner.items if isinstance(value, Sequence)]
    key = draw(st.sampled_from(lists * 4 + [key.value for key, _ in owner.items] + ["new"]))
    text = draw(st.sampled_from(TEXTS))
    return Case(
        lambda: yamldoc.insert_item(file, owner, key, text, keep_sorted=False),
        path,
        lambda data: {**data, key: [*(data.get(key) or []), text]},
    )


def removed(draw: Callable[..., object], file: YamlFile) -> Case:
    filled = [(node, path) for node, path in below(file) if isinstance(node, (Mapping, Sequence)) and node.items]
    assume(filled)
    here, path = draw(st.sampled_from(filled))
    index = draw(st.integers(0, len(here.items) - 1))
    if isinstance(here, Sequence):
        gone = entry(file, here.items[index], here.items[index])
        edit = partial(yamldoc.remove_item, file, here, index)
        return Case(edit, path, lambda data: data[:index] + data[index + 1 :], gone)
    key, value = here.items[index]
    edit = partial(yamldoc.remove_key, file, here, key.value)
    return Case(edit, path, lambda data: {k: v for k, v in data.items() if k != key.value}, entry(file, key, value))


def expected(case: Case) -> Callable[[list[Value]], list[Value]]:
    def change(data: list[Value]) -> list[Value]:
        above = data
        for step in case.path[:-1]:
            above = above[step]
        above[case.path[-1]] = case.change(above[case.path[-1]])
        return data

    return change


def planned(case: Case) -> Splice | EditError:
    try:
        return case.edit()
    except EditError as error:
        return error


def comments(text: str, gone: range = range(0)) -> list[str]:
    return [match[0] for match in re.finditer(r"# c\d+:", text) if match.start() not in gone]


@pytest.mark.parametrize("make", [replaced, key_set, item_inserted, removed])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_edit_does_what_was_asked_for_or_says_why_not(
    make: Callable[..., Case], pages: "st.SearchStrategy[Page]", data: st.DataObject
) -> None:
    page = data.draw(pages)
    file = yamldoc.parse(bytes(page), "x.yaml")
    case = make(data.draw, file)
    edit = planned(case)
    if isinstance(edit, EditError):
        event(f"refused: {re.sub('k[0-9]+[: ü😀]*', 'k ', edit.message)}")
        assert (edit.path, edit.line is None) == ("x.yaml", False)
        return
    event("done")
    new = yamldoc.apply_checked(file, [edit], expected(case))
    assert new == splice.apply(file.data, [edit])
    assert new.count(b"\n") == new.count(b"\r\n") or page.newline == "\n" or "\n" not in page.text
    kept = comments(file.text, case.gone)
    assert [word for word in comments(new.decode()) if word in kept] == kept
