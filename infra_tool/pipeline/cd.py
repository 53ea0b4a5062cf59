"""The workflow of an app repo: its tests, then the image, then the tag in the infra repo."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from infra_tool.edits import Change, Edits, File, Plan, Snapshot, Tree
from infra_tool.errors import UsageError
from infra_tool.pipeline import server, workflow
from infra_tool.pipeline.content import ANY_RUNNER, Content, Wanted, content
from infra_tool.pipeline.server import Setting
from infra_tool.pipeline.workflow import DEPLOY

GITEA = ".gitea/workflows/"
GITHUB = ".github/workflows/"
PATH = f"{GITEA}ci-cd.yml"
OWN = tuple(f"{directory}ci.{ending}" for directory in (GITEA, GITHUB) for ending in ("yml", "yaml"))
"""Where the jobs of a repo are looked for that has no workflow of ours yet."""

STARTED = frozenset({"push", "pull_request", "workflow_dispatch"})
"""What starts our workflow; one that something else starts too is not moved."""

Render = Callable[[Mapping[str, object]], Mapping[str, File]]


@dataclass(frozen=True)
class NewCd:
    """What became of the workflow: what it says, the file whose jobs it keeps, and what is left to the person."""

    content: Content
    kept_from: str | None
    files: tuple[str, ...]
    removed: tuple[str, ...]
    notes: tuple[str, ...]
    settings: tuple[Setting, ...]


def new_cd(wanted: Wanted, render: Render) -> Change[NewCd]:
    """Return the change that gives an app repo its workflow, or finds that it has it.

    `render` makes the file from the answers of its template. The change raises UsageError for a workflow that is there
    and differs, for jobs that cannot be kept, and for what cannot be known without being said.
    """

    def change(snapshot: Snapshot) -> Plan[NewCd]:
        tree = snapshot.tree
        path = next((path for path in (PATH, *OWN) if path in tree.entries), None)
        found = workflow.read(tree.read(path), path) if path else None
        if path != PATH and found and found.deploy is not None:
            raise UsageError(f"has a job {DEPLOY} of its own", path=path, hint="give it another name, or remove it")
        said = content(wanted, tree, found)
        kept_from = path if said.jobs else None
        files = render(said.answers())
        _check_kept(tree, kept_from, files[PATH].data, said.needs)
        new = Edits(files).effective(tree)
        if new and PATH in tree.entries and not wanted.replace:
            hint = "--replace writes it again, --replace --dry-run shows what would change"
            raise UsageError("is there already, and differs from what would be written", path=PATH, hint=hint)
        gone = _moved(tree, said) if wanted.move else ()
        notes = tuple(_notes(wanted, tree, said, gone))
        infra = server.infra(said.infra)
        owner = (server.place(wanted.origin or "") or infra).owner
        settings = server.settings(owner, infra, said.version)
        edits = new.then(Edits(dict.fromkeys(gone)))
        return Plan(edits, f"ci: deploy {said.service}", NewCd(said, kept_from, tuple(new), gone, notes, settings))

    return change


def _check_kept(tree: Tree, path: str | None, new: bytes, names: tuple[str, ...]) -> None:
    """Raise UsageError when jobs would mean something else in the new workflow than where they are."""
    if path and not workflow.is_same(tree.read(path), new, path, names):
        raise UsageError("has jobs that mean something else elsewhere", path=path, hint="write out their anchors")


def _moved(tree: Tree, said: Content) -> tuple[str, ...]:
    """Return the workflow that is to go, since its jobs are in the new one."""
    path = _own(tree)
    if path is None:
        return ()
    old = workflow.read(tree.read(path), path)
    if other := sorted(old.events - STARTED):
        raise UsageError(f"is also started by {', '.join(other)}, and must stay", path=path, hint="leave --move-ci out")
    if other := sorted(set(old.names) - set(said.needs)):
        raise UsageError(f"has jobs that {PATH} lacks: {', '.join(other)}", path=path, hint="leave --move-ci out")
    return (path,)


def _own(tree: Tree) -> str | None:
    """Return the workflow whose jobs run beside ours."""
    return next((path for path in OWN if path.startswith(GITEA) and path in tree.entries), None)


def _notes(wanted: Wanted, tree: Tree, said: Content, gone: tuple[str, ...]) -> Iterator[str]:
    """Say what the person should know."""
    own = _own(tree)
    if own and not gone:
        yield f"{own} stays, so that its jobs run twice: --move-ci takes it away"
    if not said.jobs and not said.command:
        yield f"the job ci of {PATH} tests nothing yet: write what must pass, or give --ci COMMAND"
    others = sorted(path for path in tree.entries if path.startswith(GITHUB))
    if others and not any(path.startswith(GITEA) for path in tree.entries):
        yield f"Gitea reads {GITEA} instead of {GITHUB} from now on: it will not run {', '.join(others)}"
    if said.label == ANY_RUNNER and wanted.label is None:
        yield f"the job {DEPLOY} runs on {ANY_RUNNER}: --runs-on names the runner that reaches BuildKit"
