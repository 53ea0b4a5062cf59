"""The rules of the code, as tests: who may import, print and exit."""

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "infra_tool"
SOURCES = sorted(PACKAGE.rglob("*.py"))
HEAVY = {"copier", "jinja2", "ruamel", "kubernetes_validate", "pyrage", "cryptography", "rich"}
PRINTERS = ("cli/", "__main__.py")


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the top-level packages that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]


def at_module_level(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the statements that run on import, those under TYPE_CHECKING excluded."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            todo += node.orelse
            continue
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            todo += list(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_subprocess_is_imported_by_proc_alone(path: Path) -> None:
    packages = {package for node in ast.walk(ast.parse(path.read_bytes())) for package in imported(node)}
    assert "subprocess" not in packages or name(path) == "proc.py"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_yaml_libraries_are_imported_by_yamldoc_alone(path: Path) -> None:
    packages = {package for node in ast.walk(ast.parse(path.read_bytes())) for package in imported(node)}
    assert not packages & {"yaml", "ruamel"} or name(path).startswith("yamldoc/")


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_heavy_packages_are_imported_where_they_are_used(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    packages = {package for node in at_module_level(tree) for package in imported(node)}
    assert not packages & HEAVY


@pytest.mark.parametrize("path", [p for p in SOURCES if not name(p).startswith(PRINTERS)], ids=name)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    attributes = {f"{ast.unparse(call.value)}.{call.attr}" for call in calls if isinstance(call, ast.Attribute)}
    assert not names & {"print", "exit", "quit", "breakpoint"}
    assert not attributes & {"sys.exit", "os._exit", "sys.stdout.write", "sys.stderr.write"}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_files_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330, "what is it really two of?"


def loaded_after(*arguments: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter holds after a command."""
    code = (
        "import sys, json, io, contextlib\n"
        f"sys.argv = ['infra-tool', *{list(arguments)!r}]\n"
        "from infra_tool.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    main()\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout))


def test_help_loads_nothing_heavy() -> None:
    loaded = loaded_after("--help")
    assert "typer" in loaded
    assert not loaded & (HEAVY | {"yaml", "pydantic", "click"})


def test_version_is_answered_by_the_standard_library() -> None:
    loaded = loaded_after("--version")
    assert not loaded & (HEAVY | {"typer", "yaml", "pydantic"})
    assert "infra_tool" in loaded


def test_version_reads_the_same_on_both_paths(capsys: pytest.CaptureFixture[str]) -> None:
    from infra_tool import cli  # noqa: PLC0415

    fast = subprocess.run([sys.executable, "-m", "infra_tool", "--version"], capture_output=True, check=True, text=True)
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == fast.stdout


def test_a_command_ends_without_a_walk_through_all_that_it_made() -> None:
    code = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0))\n"
        "sys.argv = ['infra-tool', 'secret', '--help']\n"
        "from infra_tool.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT, text=True)
    assert done.stdout.endswith("False True\n")


def test_the_layers_are_told_as_they_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = [layer.split(" | ") for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]]
    built = [[module.removeprefix("infra_tool.") for module in layer if "(" not in module] for layer in layers]
    modules = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if not path.name.startswith("_")}
    assert {module for layer in built for module in layer} == modules - {"templates"}
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert "\n".join(f"    {' | '.join(layer)}" for layer in built) in page


def test_every_place_of_an_image_has_examples() -> None:
    from infra_tool.apps import places  # noqa: PLC0415

    kinds = sorted(kind.__name__.rpartition(".")[2] for kind in places.KINDS)
    assert kinds == sorted(path.name for path in (ROOT / "tests/data/bump").iterdir())
