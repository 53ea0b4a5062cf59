"""Who could change what runs: how far the key of CD reaches, on the server and in the cluster."""

from collections.abc import Iterator

from infra_tool import git, gitea, pipeline, repo
from infra_tool.doctor import confinement
from infra_tool.doctor.line import OFFLINE, Here, Line
from infra_tool.errors import InfraToolError
from infra_tool.gitea import Client
from infra_tool.pipeline import server
from infra_tool.pipeline.server import Place

NAME = "trust"
TOKEN = "GITEA_TOKEN"  # noqa: S105 -- a variable's name
SETUP = "infra-tool gitea setup (docs/threat-model.md)"


def check(here: Here) -> Iterator[Line]:
    """Look at the layout, and at the protection of the branch where a token lets one."""
    if here.root is None:
        return
    yield from (_layout(here, cluster) for cluster in repo.clusters(here.tree))
    if not here.config.remote:
        yield Line("unchecked", "without a remote there is no protection to look at")
    elif here.offline:
        yield OFFLINE
    elif TOKEN not in here.environ:
        yield Line("unchecked", f"{TOKEN} is not set: the protection of {here.config.branch} is not known", SETUP)
    else:
        yield _ask(here)


def _layout(here: Here, cluster: str) -> Line:
    if repo.detect_layout(here.tree, here.config, cluster) == "isolated":
        return confinement.line(here.tree, cluster)
    return Line(
        "warn",
        f"{cluster} is shared: whoever changes apps/ can change the whole cluster",
        "infra-tool layout isolated (docs/threat-model.md)",
    )


def _ask(here: Here) -> Line:
    """Ask for the protection, but send the token to no server that the repo's configuration alone names."""
    place = pipeline.infra_place(here.tree)
    if here.url or _host(place.base) in _trusted(here):
        return _protection(here, place, here.url or place.base)
    return Line(
        "unchecked",
        f"{TOKEN} is not sent to {place.host}, which the configuration alone names",
        f"--url {place.base}, if that is your Gitea",
    )


def _trusted(here: Here) -> frozenset[str]:
    """Return the servers that the job, or git's own remote of this clone, names."""
    told = git.run(("config", "--get", "remote.origin.url"), cwd=here.root or here.home, ok=(0, 1)).stdout
    origin = server.place(told.decode(errors="replace").strip())
    named = (here.environ.get("GITHUB_SERVER_URL", ""), origin.base if origin else "")
    return frozenset(host for host in map(_host, named) if host)


def _host(base: str) -> str | None:
    url = gitea.parse_address(base)
    return url.hostname if url else None


def _protection(here: Here, place: Place, base: str) -> Line:
    branch = here.config.branch
    try:
        found = Client(base, here.environ[TOKEN]).get("repos", place.owner, place.name, "branch_protections", branch)
    except InfraToolError as error:
        return Line("unchecked", error.message, error.hint)
    rule = found if isinstance(found, dict) else {}
    patterns = [part.strip() for part in str(rule.get("protected_file_patterns") or "").split(";") if part.strip()]
    open_ = [path for path in pipeline.protected_patterns(here.tree) if not gitea.is_covered(patterns, path)]
    if not rule:
        return Line("warn", f"{branch} is not protected: whoever has INFRA_DEPLOY_KEY can change everything", SETUP)
    if open_:
        return Line("warn", f"the protection of {branch} leaves {open_[0]} to whoever has INFRA_DEPLOY_KEY", SETUP)
    return Line("ok", f"{branch} is protected: INFRA_DEPLOY_KEY changes tags and manifests of services, nothing else")
