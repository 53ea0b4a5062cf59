"""Where templates come from: the built-in ones, a directory, or a git repository."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra_tool import git, yamldoc
from infra_tool.errors import InfraToolError, UsageError

BUILT_IN = "infra-tool:"
"""Prefix of the recorded source of a built-in template, which names no place on any machine."""

QUESTIONS = ("copier.yml", "copier.yaml")
RUNS_CODE = {
    "_tasks": "tasks",
    "_migrations": "migrations",
    "_jinja_extensions": "extensions",
}
URL = re.compile(r"[a-z][a-z0-9+.-]*://|[^/]+@[^/]+:|.*\.git$")


@dataclass(frozen=True)
class Template:
    """A Copier template on disk: its directory, the source to record, its version where it has one.

    `features` names what in it would run code of its own: tasks, migrations, extensions. `questions` is None when it
    takes them from other files, so that only Copier knows them.
    """

    directory: Path
    source: str
    version: str | None = None
    features: tuple[str, ...] = ()
    questions: tuple[str, ...] | None = None


def root() -> Path:
    """Return the directory of the built-in templates: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    for place in (package / "templates", package.parent / "templates"):
        if (place / "service" / "copier.yml").is_file():
            return place
    raise InfraToolError("the built-in templates are missing", hint="install infra-tool again")


def built_in(name: str) -> Template:
    """Return the built-in template `name`."""
    return _template(root() / name, BUILT_IN + name)


@contextmanager
def opened(source: str | None, name: str) -> Iterator[Template]:
    """Open the template at `source`, a directory or the URL of a git repository; None is the built-in `name`.

    Copier gets a private copy without `.git`, for as long as the context lasts: of a repository it would take the
    newest tag. Raises UsageError when there is no template at `source`.
    """
    if source is None:
        yield built_in(name)
        return
    with TemporaryDirectory(prefix="infra-tool-") as private:
        place = Path(private) / "template"
        if Path(source).is_dir():
            shutil.copytree(source, place, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            yield _template(place, f"directory:{Path(source).resolve().name}")
        elif URL.match(source):
            yield _cloned(source, place)
        else:
            hint = "name a directory or the URL of a git repository"
            raise UsageError(f"there is no template at {source}", hint=hint)


def check_trust(template: Template, *, trusted: bool) -> None:
    """Raise UsageError when the template would run code of its own and was not trusted to."""
    if template.features and not trusted:
        what = ", ".join(template.features)
        raise UsageError(
            f"the template {template.source} has {what}, which run code on this machine",
            hint="read it, then give --trust",
        )


def _cloned(source: str, place: Path) -> Template:
    git.check_url(source)
    git.run(("clone", "--quiet", "--depth", "1", "--", source, str(place)), cwd=place.parent)
    revision = git.run(("rev-parse", "HEAD"), cwd=place).stdout.decode().strip()
    shutil.rmtree(place / ".git")
    return _template(place, source, version=revision)


def _template(directory: Path, source: str, *, version: str | None = None) -> Template:
    path = next((directory / name for name in QUESTIONS if (directory / name).is_file()), None)
    if path is None:
        raise UsageError(f"{source} is no Copier template", hint="it needs a copier.yml")
    # Questions may be split over several documents (`!include` and `---`); any of them may ask to run code.
    file = yamldoc.parse(path.read_bytes(), path.name)
    roots = [document.root for document in file.documents]
    features = dict.fromkeys(
        name for key, name in RUNS_CODE.items() for root in roots if yamldoc.lookup(root, key) is not None
    )
    stated = next((text for root in roots if (text := yamldoc.text(root, "_version"))), None)
    return Template(directory, source, version or stated, tuple(features), _questions(roots))


def _questions(roots: Sequence[yamldoc.Node | None]) -> tuple[str, ...] | None:
    names: list[str] = []
    for root in roots:
        if not isinstance(root, yamldoc.Mapping):
            return None
        names += [key.value for key, _ in root.pairs() if not key.value.startswith("_")]
    return tuple(names)
