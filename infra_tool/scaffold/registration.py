"""How a service joins a cluster: one line of the cluster's list, and in the isolated layout a file of its own."""

from infra_tool import repo, yamldoc
from infra_tool.edits import Edits, Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold import objects, templates
from infra_tool.scaffold.wanted import Layout

DECRYPTION = "sops-age"
"""The Secret of the cluster's key, where no Flux Kustomization names another."""


def choose_cluster(tree: Tree, config: repo.Config, asked: str | None) -> str:
    """Return the cluster that is meant: as asked, as configured, or the only one. Raises UsageError."""
    known = repo.clusters(tree)
    name = asked or config.cluster or (known[0] if len(known) == 1 else None)
    first = f"run infra-tool new-cluster {name or 'NAME'} first; --commit and --push see only what is committed"
    if name is None:
        hint = f"--cluster, one of: {', '.join(known)}" if known else first
        raise UsageError("it is not clear which cluster is meant", hint=hint)
    if name not in known:
        raise UsageError(f"there is no cluster {name}", hint=repo.did_you_mean(name, known) or first)
    return name


def entry(layout: Layout, service: str) -> str:
    """Return what the cluster's list says of a service."""
    return f"../../{repo.APPS}/{service}" if layout == "shared" else f"{service}.yaml"


def register(tree: Tree, edits: Edits, cluster: str, layout: Layout, service: str) -> Edits:
    """Add a service to a cluster; the list comes last, so that what it names exists when it does."""
    if layout == "isolated":
        path = f"{repo.cluster_root(cluster)}/{service}.yaml"
        if path not in tree.entries:
            edits = edits.write(path, isolated(tree, cluster, service))
    return repo.register(tree, edits, cluster, entry(layout, service))


def isolated(tree: Tree, cluster: str, service: str, *, namespace: str | None = None, manifest: str = "") -> bytes:
    """Return the file that registers a service of the isolated layout.

    `namespace` is that of its objects, as the service is called if not given; `manifest` is the Namespace as it is
    written already. Raises UsageError when a Flux Kustomization has its name, or when nothing applies the cluster.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = objects.flux_objects(tree, cluster)
    if taken := objects.named(found, "Kustomization", service):
        message = f"a Flux Kustomization is called {service} already"
        raise UsageError(message, path=taken.path, hint="choose another name for the service")
    sync = objects.covering(tree, found, repo.cluster_root(cluster))
    if sync is None:
        raise UsageError(
            f"no Flux Kustomization applies clusters/{cluster}, so the source of {service} is not known",
            hint=f"run infra-tool new-cluster {cluster} --sync new",
        )
    environment = Environment(
        loader=FileSystemLoader(templates.root() / "registration"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 -- the output is YAML
    )
    content = environment.get_template("isolated.yaml.jinja").render(
        service=service,
        cluster=cluster,
        name=yamldoc.quoted(service),
        namespace=yamldoc.quoted(namespace or service),
        manifest=manifest,
        source_kind=sync.source_kind,
        source=yamldoc.quoted(sync.source),
        decryption=yamldoc.quoted(sync.decryption or DECRYPTION),
    )
    return content.encode()
