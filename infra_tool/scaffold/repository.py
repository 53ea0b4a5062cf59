"""A new infra repo, or what is missing in one that exists."""

from dataclasses import dataclass

from infra_tool import __version__, reference, repo, sops
from infra_tool.edits import Change, Edits, Overlay, Plan, Snapshot, Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold import rendering, templates
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.keys import Key
from infra_tool.scaffold.wanted import Layout

SAMPLES = {"secrets": "apps/example/secrets.enc.yaml", "bootstrap": "bootstrap/example/secret.enc.yaml"}


@dataclass(frozen=True)
class Holder:
    """A person who can open the secrets: what to call them, and their key."""

    name: str
    key: Key


@dataclass(frozen=True, kw_only=True)
class RepoWanted:
    """An infra repo as asked for; None leaves a value to the configuration that exists already."""

    name: str
    registry: str | None
    owner: str | None
    cluster: str | None = None
    layout: Layout | None = None
    remote: str | None = None
    branch: str | None = None
    gate: repo.Gate | None = None
    people: tuple[Holder, ...] = ()
    recovery: Key | None = None


@dataclass(frozen=True)
class NewRepo:
    """What became of a repo: the files written now, those that were there, and what its owner should know.

    `gate` is what stands between a commit and the cluster.
    """

    files: tuple[str, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...]
    gate: repo.Gate


def has_config(tree: Tree) -> bool:
    """Tell whether the repo is configured already."""
    return repo.PATH in tree.entries


def has_rules(tree: Tree) -> bool:
    """Tell whether the repo says already who can open its secrets."""
    return sops.PATH in tree.entries


def init(wanted: RepoWanted, here: Tree | None = None) -> Change[NewRepo]:
    """Return the change that adds what is missing to a repo and changes nothing else.

    What lies `here`, in the work tree, is taken as it is where the commit to build on lacks it. The change raises
    UsageError when the repo is configured with other values than are asked for, or when what is asked for can be no
    configuration.
    """
    render = rendering.once(templates.built_in("repo"), {})

    def change(snapshot: Snapshot) -> Plan[NewRepo]:
        tree = snapshot.tree
        lying = here if here is not None else tree
        seen = tree if has_config(tree) else lying
        config = repo.load_config(seen)
        if has_config(seen):
            _check_same(wanted, config)
        files = render(_answers(wanted, config)).files
        # The configuration comes last: it makes the directory an infra repo.
        paths = sorted(files, key=lambda path: (path == repo.PATH, path))
        kept = tuple(path for path in paths if path in tree.entries)
        edits = Edits({path: files[path] for path in paths if path not in tree.entries})
        for path in [path for path in edits.files if path in lying.entries]:
            edits = edits.write(path, lying.read(path), lying.entries[path].mode)
        after = repo.load_config(Overlay(tree, edits))
        _check_new(after)
        result = NewRepo(tuple(edits), kept, tuple(_notes(tree)), after.gate)
        return Plan(edits, "feat: infra repo" if repo.PATH in edits.files else "chore: what infra-tool needs", result)

    return change


def init_secrets(wanted: RepoWanted, here: Tree) -> Change[NewRepo]:
    """Return the change that adds the rules of `.sops.yaml` alone, to a repo that has none; `here` as in `init`."""
    whole = init(wanted, here)

    def change(snapshot: Snapshot) -> Plan[NewRepo]:
        plan = whole(snapshot)
        rules = plan.edits.files.get(sops.PATH)
        edits = Edits({sops.PATH: rules} if rules else {})
        kept = () if rules else (sops.PATH,)
        return Plan(edits, "chore(secrets): who can open them", NewRepo(tuple(edits), kept, (), plan.result.gate))

    return change


def _check_new(config: repo.Config) -> None:
    """Raise UsageError when no image could be called as the configuration says, or nothing would move what runs."""
    if config.gate == "branch" and config.branch == repo.LIVE:
        raise UsageError(
            f"behind the gate Flux follows {repo.LIVE}: people push to another branch", hint="--branch main"
        )
    if config.registry and config.owner:
        reference.parse(f"{config.registry}/{config.owner}/service")


def _answers(wanted: RepoWanted, config: repo.Config) -> Answers:
    major, minor = __version__.split(".")[:2]
    return {
        "repo": wanted.name,
        "registry": wanted.registry or config.registry or "",
        "owner": wanted.owner or config.owner or "",
        "cluster": wanted.cluster or config.cluster or "",
        "layout": wanted.layout or config.layout,
        "remote": wanted.remote or config.remote or "",
        "branch": wanted.branch or config.branch,
        "gate": wanted.gate or config.gate,
        "live": repo.LIVE,
        "version": __version__,
        "requires": f">={major}.{minor},<{int(major) + 1}",
        "people": [{"name": holder.name, "key": holder.key.recipient} for holder in wanted.people],
        "recovery": wanted.recovery.recipient if wanted.recovery else "",
    }


def _check_same(wanted: RepoWanted, config: repo.Config) -> None:
    asked = {
        "registry": (wanted.registry, config.registry),
        "owner": (wanted.owner, config.owner),
        "cluster": (wanted.cluster, config.cluster),
        "layout": (wanted.layout, config.layout),
        "remote": (wanted.remote, config.remote),
        "branch": (wanted.branch, config.branch),
        "gate": (wanted.gate, config.gate),
    }
    for key, (new, old) in asked.items():
        if new is not None and new != old:
            said = old if old is not None else "not set"
            raise UsageError(
                f"{key} is {said} in {repo.PATH}, not {new}", hint=f"edit {repo.PATH}: init changes nothing"
            )


def _notes(tree: Tree) -> list[str]:
    rules = sops.load_rules(tree)
    if rules is None:
        return []
    missing = [what for what, sample in SAMPLES.items() if rules.match(sample) is None]
    return [f"{sops.PATH} has no rule for {SAMPLES[what]}" for what in missing]
