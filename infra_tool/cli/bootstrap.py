"""`infra-tool bootstrap`: what a cluster needs once, for `kubectl apply -f -`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import report, scaffolding


def bootstrap(
    cluster: Annotated[str, typer.Argument(metavar="CLUSTER", help="Name of the cluster.")],
    *,
    identity: Annotated[Path | None, typer.Option(metavar="FILE", help="Private key to open the Secrets with.")] = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Print the Secrets that a cluster needs once, in the clear, for kubectl apply -f -."""
    from infra_tool import git, scaffold, sops

    tree = git.WorkTree(scaffolding.infra_root())
    keys = sops.from_file(identity) if identity else sops.identities(os.environ, Path.home())
    opened = scaffold.bootstrap(tree, cluster, keys)
    if sys.stdout.isatty():
        report.warn("private keys follow", hint=f"infra-tool bootstrap {cluster} | kubectl apply -f -")
    manifests = "---\n".join(each.manifest.reveal() for each in opened)
    if format_ is report.Format.json:
        secrets = [{"path": each.path, "name": each.name, "namespace": each.namespace} for each in opened]
        report.result("bootstrap", {"cluster": cluster, "secrets": secrets, "manifests": manifests})
    else:
        report.say(manifests.rstrip("\n"))
