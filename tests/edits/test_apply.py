"""Edits written to a work tree."""

import errno
import os
import stat
from pathlib import Path

import pytest

from infra_tool.edits import EXECUTABLE, SYMLINK, Edits, applied, apply, on_disk
from infra_tool.edits.apply import TEMPORARY
from infra_tool.errors import InfraToolError


def content(root: Path) -> dict[str, bytes | str]:
    """Everything below `root`: contents of files, targets of symlinks."""
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            found[name] = path.read_bytes()
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "root"
    (place / "d/e").mkdir(parents=True)
    (place / "a").write_bytes(b"a\r\n")
    (place / "d/e/f").write_bytes(b"f")
    return place


def test_files_are_written_replaced_and_deleted(root: Path) -> None:
    apply(root, Edits().write("n/e w/ü.yaml", b"n").write("a", b"b\r\n").delete("d/e/f").delete("none/x"))
    assert content(root) == {"a": b"b\r\n", "n/e w/ü.yaml": b"n"}
    assert not (root / "d").exists(), "directories left empty go, as with git"


@pytest.mark.parametrize(("mode", "edit", "expected"), [(0o640, "100644", 0o640), (0o600, "100644", 0o600)])
def test_permissions_are_kept(root: Path, mode: int, edit: str, expected: int) -> None:
    (root / "a").chmod(mode)
    apply(root, Edits().write("a", b"new", edit))  # type: ignore[arg-type]
    assert stat.S_IMODE((root / "a").stat().st_mode) == expected


def test_the_execute_bit_follows_the_mode(root: Path) -> None:
    (root / "a").chmod(0o640)
    apply(root, Edits().write("a", b"x", EXECUTABLE).write("new", b"x", EXECUTABLE))
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o750
    assert os.access(root / "new", os.X_OK)
    apply(root, Edits().write("a", b"x").write("new", b"x"))
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o640
    assert not os.access(root / "new", os.X_OK)


def test_a_symlink_is_made_and_never_written_through(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_text("kept")
    (root / "link").symlink_to(outside)
    (root / "file").symlink_to(outside / "x")
    before = content(root)
    for path in ("link/x", "link/deep/y", "file"):
        with pytest.raises(InfraToolError, match="through"):
            apply(root, Edits().write("a", b"changed").write(path, b"evil"))
        assert content(root) == before
    assert content(outside) == {"x": b"kept"}
    apply(root, Edits().write("new", b"d/e/f", SYMLINK).delete("file"))
    assert content(root)["new"] == "d/e/f"
    assert "file" not in content(root)


@pytest.mark.parametrize("path", ["../x", "/x/y", "d/../../x", "", ".git/config", "d/.GIT/hooks/x", "d//x", "./a"])
def test_a_path_that_is_not_inside_is_refused(root: Path, path: str) -> None:
    before = content(root)
    with pytest.raises(InfraToolError, match="refused to write"):
        apply(root, Edits().write("a", b"changed").write(path, b"evil"))
    assert content(root) == before


def steps() -> Edits:
    return Edits().write("n/one", b"1").delete("d/e/f").write("n/two", b"2").write("a", b"registered")


@pytest.mark.parametrize("failing", range(1, 5))
def test_an_error_puts_everything_back(root: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    before = content(root)
    real = {name: getattr(os, name) for name in ("replace", "unlink")}
    calls = 0

    def failing_at(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        def call(*arguments: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == failing:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real[name](*arguments, **named)

        return call

    for name in real:
        monkeypatch.setattr(os, name, failing_at(name))
    with pytest.raises(InfraToolError, match="No space left on device"):
        apply(root, steps())
    assert content(root) == before
    assert not (root / "n").exists()


def test_a_failing_block_puts_everything_back(root: Path) -> None:
    (root / "a").chmod(0o640)
    before = content(root)

    def interrupted() -> None:
        with applied(root, steps()):
            assert content(root) == {"a": b"registered", "n/one": b"1", "n/two": b"2"}
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert content(root) == before
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o640


def test_files_are_written_in_the_given_order(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    replace = os.replace

    def spy(source: str, target: str) -> None:
        seen.append(Path(target).name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", spy)
    apply(root, Edits().write("z", b"").write("b", b"").write("a", b"registers z and b"))
    assert seen == ["z", "b", "a"]


def test_what_a_killed_run_left_is_removed(root: Path) -> None:
    dead = root / f".4194304-00000000{TEMPORARY}"
    alive = root / f".{os.getpid()}-00000000{TEMPORARY}"
    for left in (dead, alive):
        left.write_text("half")
    apply(root, Edits().write("a", b"new"))
    assert not dead.exists()
    assert alive.exists()


def test_a_pipe_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(InfraToolError, match=r"^pipe: cannot be written: is no regular file$"):
        apply(root, Edits().write("pipe", b"x"))
    with pytest.raises(InfraToolError, match=r"^pipe: cannot be read: is no regular file$"):
        on_disk(root, "pipe")
