"""What the workflow of an app repo says, from what was asked for and from what the repo holds."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from infra_tool import __version__, repo
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.pipeline import image, server
from infra_tool.pipeline.server import Place
from infra_tool.pipeline.workflow import Workflow

TESTS = (
    (".ci/run", "", "./.ci/run"),
    ("Makefile", r"(?m)^test:", "make test"),
    ("go.mod", "", "go vet ./...\ngo test ./..."),
    ("Cargo.toml", "", "cargo test"),
    ("package.json", r'"test"\s*:', "npm ci\nnpm test"),
)
"""How a repo is tested, by a file in it and what that file holds."""

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
ANY_RUNNER = "ubuntu-latest"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A workflow as asked for; None leaves a value to the workflow that is there, or to what the repo is called.

    `name` and `origin` are those of the app repo. `command` tests it. `replace` writes a workflow again that is another
    one, `move` takes the workflow away whose jobs are kept in the new one.
    """

    name: str
    origin: str | None = None
    service: str | None = None
    infra: str | None = None
    image: str | None = None
    branch: str | None = None
    label: str | None = None
    command: str | None = None
    replace: bool = False
    move: bool = False


@dataclass(frozen=True, kw_only=True)
class Content:
    """The answers of the template: `jobs` are those kept, "" for one that runs `command`; `needs` are their names."""

    service: str
    image: str
    infra: str
    branch: str
    label: str
    command: str
    jobs: str
    needs: tuple[str, ...]
    top: str
    indent: int
    version: str = __version__

    def answers(self) -> Mapping[str, object]:
        """Return them by name."""
        return asdict(self)


def content(wanted: Wanted, tree: Tree, found: Workflow | None) -> Content:
    """Return what the workflow is to say; `found` is the one that holds the jobs to keep.

    Raises UsageError for what cannot be known without being said, and for a command where there are jobs already.
    """
    before = (found.deploy if found else None) or {}
    origin = server.place(wanted.origin or "")
    url = wanted.infra or before.get("INFRA")
    if url is None:
        raise UsageError("--infra is missing, the URL of the infra repo", hint=f"--infra {_guess(origin)}")
    infra = server.infra(url)
    service = wanted.service or before.get("SERVICE") or (origin.name if origin else wanted.name).lower()
    repo.check_name(service, "a service")
    usual = f"{infra.host}/{(origin or infra).owner}/{service}"
    kept = _kept(wanted, found)
    return Content(
        service=service,
        image=image.name(wanted.image or before.get("IMAGE") or usual),
        infra=url,
        branch=_word(BRANCH, wanted.branch or (found.branch if found and before else None) or "main", "branch"),
        label=_word(LABEL, wanted.label or _label(found) or ANY_RUNNER, "runner label"),
        command=wanted.command or _tests(tree),
        jobs=kept.jobs if kept else "",
        needs=kept.names if kept else ("ci",),
        top=found.top if found else "",
        indent=kept.indent if kept else 2,
    )


def _guess(origin: Place | None) -> str:
    return f"ssh://git@{origin.host}/{origin.owner}/infra.git" if origin else "ssh://git@HOST/OWNER/infra.git"


def _kept(wanted: Wanted, found: Workflow | None) -> Workflow | None:
    """Return the workflow whose jobs stay; a command that is given makes the job `ci` anew."""
    if found is None or not found.names:
        return None
    if wanted.command and found.names != ("ci",):
        raise UsageError("--ci is for a repo without jobs of its own", hint=f"there are: {', '.join(found.names)}")
    return None if wanted.command else found


def _word(form: re.Pattern[str], text: str, what: str) -> str:
    if not form.fullmatch(text):
        raise UsageError(f"{text!r} is no {what} of one word", hint="letters, digits and ._-")
    return text


def _label(found: Workflow | None) -> str | None:
    """Return the runner of the jobs that are kept, where that is a plain word."""
    return found.label if found and found.label and LABEL.fullmatch(found.label) else None


def _tests(tree: Tree) -> str:
    """Return the command that tests the repo, as far as its files tell."""
    for path, sign, command in TESTS:
        if path in tree.entries and (not sign or re.search(sign, tree.read(path).decode(errors="replace"))):
            return command
    return ""
