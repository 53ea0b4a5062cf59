"""`infra-tool secret import`: take over a secret that lives elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place, values
from infra_tool.cli.secret.create import tell


@delivery.writing
def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The encrypted file, new or there already.")],
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="An env file, a docker config.json, or a Secret; - for stdin.")
    ],
    *,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="That of the Secret; DIRECTORY-FILE if not given.")
    ] = None,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Take over values from an env file, a docker login, a cluster.

    What `kubectl get secret NAME -o yaml` prints is taken without what the cluster added. Values join those of a Secret
    that is there already.
    """
    from infra_tool import scaffold, secrets

    root = place.root(target)
    path_ = place.inside(root, path)
    found = secrets.read_elsewhere(values.content(source), source, scaffold.pull.from_config)
    wanted = secrets.NewSecret(
        name=name or found.name or secrets.default_name(path_),
        type=found.type,
        values=found.values,
        labels=found.labels,
    )
    outcome = place.deliver(
        lambda snapshot, session: secrets.create(snapshot, path_, wanted, session, merge=True, refresh=not no_restart),
        place.session(root, identity),
        target,
        root,
    )
    tell("secret import", outcome, target, format_)
