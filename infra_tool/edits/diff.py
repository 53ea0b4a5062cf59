"""Edits as a unified diff that `git apply` takes."""

from collections.abc import Iterator
from itertools import pairwise

from infra_tool.edits.edits import Edits, File
from infra_tool.edits.tree import Tree, shown

NO_NEWLINE = "\\ No newline at end of file\n"


def diff(tree: Tree, edits: Edits) -> str:
    """Return what `edits` change in `tree`, in their order, without files that stay as they are.

    Content that is not UTF-8 or holds a NUL is only named, as git does with binary files.
    """
    return "".join(line for path in edits.effective(tree) for line in _file(tree, path, edits.files[path]))


def _file(tree: Tree, path: str, new: File | None) -> Iterator[str]:
    entry = tree.entries.get(path)
    old = File(tree.read(path), entry.mode) if entry else None
    yield f"diff --git {_name('a', path)} {_name('b', path)}\n"
    if old is None and new is not None:
        yield f"new file mode {new.mode}\n"
    elif old is not None and new is None:
        yield f"deleted file mode {old.mode}\n"
    elif old is not None and new is not None and old.mode != new.mode:
        yield f"old mode {old.mode}\nnew mode {new.mode}\n"
    yield from _content(path, old, new)


def _content(path: str, old: File | None, new: File | None) -> Iterator[str]:
    before, after = (file.data if file else b"" for file in (old, new))
    if before == after:
        return
    names = (_header("a", path) if old else "/dev/null", _header("b", path) if new else "/dev/null")
    old_lines, new_lines = _lines(before), _lines(after)
    if old_lines is None or new_lines is None:
        yield f"Binary files {names[0].rstrip()} and {names[1].rstrip()} differ\n"
        return
    # Only a dry run needs difflib.
    from difflib import unified_diff  # noqa: PLC0415

    yield f"--- {names[0]}\n"
    yield f"+++ {names[1]}\n"
    for line in list(unified_diff(old_lines, new_lines))[2:]:
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"


def _lines(data: bytes) -> list[str] | None:
    """Return the lines with their line feeds, the only ends of lines that diffs know; None for binary content."""
    if b"\0" in data:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    ends = [-1, *(index for index, character in enumerate(text) if character == "\n")]
    lines = [text[start + 1 : end + 1] for start, end in pairwise(ends)]
    return lines if text.endswith("\n") or not text else [*lines, text[ends[-1] + 1 :]]


def _header(side: str, path: str) -> str:
    """Return the name in a `---` or `+++` line, where git ends a name that holds a space with a tab."""
    name = _name(side, path)
    return f"{name}\t" if " " in name and not name.startswith('"') else name


def _name(side: str, path: str) -> str:
    """Return the name as git prints it: control characters, quotes, backslashes and non-UTF-8 bytes are escaped."""
    name = f"{side}/{path}"
    if shown(path) == path and not any(character in '"\\' or ord(character) < ord(" ") for character in name):
        return name
    raw = name.encode("utf-8", "surrogateescape").decode("latin-1")
    quoted = "".join(character if _is_plain(character) else f"\\{ord(character):03o}" for character in raw)
    return f'"{quoted}"'


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isprintable() and character not in '"\\'
