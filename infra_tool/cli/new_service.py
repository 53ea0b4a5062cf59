"""`infra-tool new-service`: a service from the template, with encrypted secrets, registered in a cluster."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.scaffold import NewService, Tls


class Kind(StrEnum):
    """What runs."""

    web = "web"
    worker = "worker"
    cron = "cron"
    stateful = "stateful"


@delivery.writing
def new_service(  # noqa: PLR0913 -- these are its options
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the service and of its namespace.")],
    *,
    image: Annotated[str | None, typer.Option(help="Image, if not REGISTRY/OWNER/NAME.")] = None,
    tag: Annotated[str | None, typer.Option(help="Tag, if one is deployed already.")] = None,
    port: Annotated[int | None, typer.Option(help="Port the container listens on; 8080 if not given.")] = None,
    host: Annotated[str | None, typer.Option(help="Public host name; makes an Ingress.")] = None,
    tls_issuer: Annotated[str | None, typer.Option(metavar="NAME", help="ClusterIssuer of the certificate.")] = None,
    tls_secret: Annotated[str | None, typer.Option(metavar="NAME", help="Secret that holds the certificate.")] = None,
    no_tls: Annotated[bool, typer.Option("--no-tls", help="Serve plain HTTP.")] = False,
    cluster: Annotated[str | None, typer.Option(help="Cluster to register it in.")] = None,
    kind: Annotated[Kind, typer.Option(help="What it is.")] = Kind.web,
    secret: Annotated[list[str] | None, typer.Option(metavar="KEY", help="Secret key, as a stub to be set.")] = None,
    generate: Annotated[list[str] | None, typer.Option(metavar="KEY", help="Secret key, with a random value.")] = None,
    no_secrets: Annotated[bool, typer.Option("--no-secrets", help="Make no Secret.")] = False,
    volume: Annotated[
        list[str] | None, typer.Option(metavar="SIZE:PATH", help="Volume, for example 5Gi:/data.")
    ] = None,
    template: Annotated[
        str | None, typer.Option(metavar="SRC", help="Own Copier template: directory or git URL.")
    ] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Let the template run its tasks and extensions.")] = False,
    data: Annotated[list[str] | None, typer.Option(metavar="K=V", help="Answer a question of the template.")] = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Make a service: manifests, encrypted secrets, its place in a cluster."""
    from infra_tool import scaffold
    from infra_tool.sops import Entropy

    wanted = scaffold.Wanted(
        name=name,
        kind=kind.value,
        cluster=cluster,
        image=image,
        tag=tag,
        port=port,
        host=host,
        tls=_tls(tls_issuer, tls_secret, no_tls=no_tls),
        secrets=tuple(secret or ()),
        generate=tuple(generate or ()),
        has_secrets=not no_secrets,
        volumes=tuple(scaffold.Volume.parse(text) for text in volume or ()),
        data=dict(_answer(text) for text in data or ()),
    )
    wanted.check()
    root = None if target.remote else scaffolding.infra_root()
    branch, remote = scaffolding.repo_defaults(root)
    with scaffold.templates.opened(template, "service") as opened:
        change = scaffold.new_service(wanted, opened, entropy=Entropy(), lint=scaffolding.lint, trusted=trust)
        outcome = target.deliver(change, root=root, branch=branch, remote=remote)
    _tell(outcome, target, format_)


def _tls(issuer: str | None, secret: str | None, *, no_tls: bool) -> "Tls | None":
    from infra_tool.scaffold import Tls

    chosen = [choice for choice in (issuer, secret, "none" if no_tls else None) if choice]
    if len(chosen) > 1:
        raise UsageError("--tls-issuer, --tls-secret and --no-tls exclude each other")
    if issuer:
        return Tls("issuer", issuer)
    if secret:
        return Tls("secret", secret)
    return Tls("none") if no_tls else None


def _answer(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise UsageError(f"{text!r} is no answer", hint="--data KEY=VALUE")
    return key, value


def _tell(outcome: "Outcome[NewService]", target: Target, format_: report.Format) -> None:
    made = outcome.result
    if made.is_plain_http and made.files:
        report.warn(
            f"{made.host} is served over plain HTTP",
            hint="--tls-issuer or --tls-secret, or ingress.tls_issuer in .infra-tool.yaml",
        )
    for finding in made.findings:
        if finding.severity == "warning":
            report.warn(f"{finding.path}:{finding.line}: {finding.code} {finding.message}")
    result = {
        "service": made.service,
        "cluster": made.cluster,
        "layout": made.layout,
        "image": made.image,
        "secrets": made.secrets,
        "stubs": list(made.stubs),
        "files": list(made.files),
        "commit": outcome.commit,
    }
    delivery.finish("new-service", outcome, target, format_, result=result, text=_text(outcome))
    if target.kind == "worktree" and made.files and made.secrets:
        for key in made.stubs:
            report.note(f"next: infra-tool secret set {made.secrets} {key}")


def _text(outcome: "Outcome[NewService]") -> str:
    made = outcome.result
    if not made.files:
        return f"{made.service} is on {made.cluster} already: nothing to do"
    return scaffolding.told(f"{made.service} is new on {made.cluster}: {made.image}", made.files, outcome.commit)
