"""Whatever a Secret holds comes back, in the same layout, and nothing of it is in the file."""

from hypothesis import given, settings
from hypothesis import strategies as st

from infra_tool import sops, yamldoc
from infra_tool.sops import Entropy, Identities, Rule, Selector

LAURA = sops.generate_identity()
KEYS = Identities((LAURA.secret,))
RULES = {
    only: Rule(None, Selector("encrypted_regex", "^(data|stringData)$"), only, (sops.recipient(LAURA.recipient),), 1)
    for only in (True, False)
}
LINES = st.lists(st.text("abc #:|-", max_size=8), min_size=2, max_size=4).map("\n".join)
TEXT = LINES | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=40)
KEY = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.:-]{0,12}", fullmatch=True)
CONTENT = st.dictionaries(KEY, st.one_of(TEXT, st.lists(TEXT, max_size=3)), min_size=1, max_size=6)
STYLES = st.sampled_from([None, "'", '"'])


def source(content: dict[str, str | list[str]], style: str | None, *, flow: bool, note: str = " # note") -> str:
    def value(item: str | list[str], *, inside: bool) -> str:
        if isinstance(item, list):
            return "[" + ", ".join(yamldoc.quoted(part, style, flow=True) for part in item) + "]"
        return yamldoc.quoted(item, style, flow=inside)

    if flow:
        inner = ", ".join(f"{yamldoc.quoted(key)}: {value(item, inside=True)}" for key, item in content.items())
        return f"kind: Other\nstringData: {{{inner}}}\n"
    lines = [f"  {yamldoc.quoted(key)}: {value(item, inside=False)}{note}\n" for key, item in content.items()]
    return "kind: Other\nstringData:\n" + "".join(lines)


@settings(max_examples=100, deadline=None)
@given(content=CONTENT, style=STYLES, flow=st.booleans(), only=st.booleans(), note=st.sampled_from(["", " # note"]))
def test_what_goes_in_comes_out(
    content: dict[str, str | list[str]], style: str | None, *, flow: bool, only: bool, note: str
) -> None:
    if not any(part for item in content.values() for part in (item if isinstance(item, list) else [item])):
        content = {**content, "KEY": "value"}
    plain = source(content, style, flow=flow, note=note).encode()
    data = sops.encrypt(plain, "a.yaml", RULES[only])
    assert sops.encrypt(data, "a.yaml", RULES[only]) == data
    opened = sops.decrypt(data, "a.yaml", KEYS)
    assert yamldoc.resolve(yamldoc.parse(opened).documents[0].root, "sops") == {"kind": "Other", "stringData": content}
    before = sops.open_file(data, "a.yaml", KEYS)
    assert sops.update(before, yamldoc.parse(plain, "a.yaml"), Entropy()) == data
    assert sops.update(before, yamldoc.parse(opened, "a.yaml"), Entropy()) == data
    assert sops.inspect(before.file) == []


@settings(max_examples=30, deadline=None)
@given(content=CONTENT, new=TEXT, data=st.data())
def test_one_value_changes_alone(content: dict[str, str | list[str]], new: str, data: st.DataObject) -> None:
    content = {**content, "KEY": "value"}
    key = data.draw(st.sampled_from([key for key, item in content.items() if isinstance(item, str)]))
    old = sops.encrypt(source(content, None, flow=False).encode(), "a.yaml", RULES[True])
    opened = sops.open_file(old, "a.yaml", KEYS)
    place = (0, ("stringData", key))
    edit = sops.placed(opened.file, opened.values[place].leaf, sops.token(opened, place, new, Entropy()))
    done = sops.reseal(opened, old[: edit.span.start] + edit.text + old[edit.span.end :], Entropy())
    assert sops.open_file(done, "a.yaml", KEYS).text(place) == new
    changed = [line for line, other in zip(done.splitlines(), old.splitlines(), strict=True) if line != other]
    assert len(changed) <= 3
