"""`infra-tool bootstrap`: what a cluster needs once, for `kubectl apply -f -`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import report, scaffolding

if TYPE_CHECKING:
    from infra_tool.scaffold import Opened


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
        secrets = [{key: value for key, value in each._asdict().items() if key != "manifest"} for each in opened]
        report.result("bootstrap", {"cluster": cluster, "secrets": secrets, "manifests": manifests})
    else:
        report.say(manifests.rstrip("\n"))
    for each in opened:
        _tell(each)


def _tell(secret: "Opened") -> None:
    """Tell what else must be done once."""
    for key in secret.stubs:
        report.warn(f"{secret.path}: {key} is still a stub", hint=scaffolding.set_command(secret.path, key))
    if secret.public_key:
        report.note(f"next: give the git server this deploy key of the infra repo, to read: {secret.public_key}")
    if secret.webhook:
        report.note(f"next: a webhook of the infra repo, for push: http://ADDRESS{secret.webhook}")
        report.note("  ADDRESS is that of the Service webhook-receiver in flux-system, its secret this Secret's token")
