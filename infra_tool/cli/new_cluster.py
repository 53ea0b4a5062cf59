"""`infra-tool new-cluster`: a cluster's directory, its key, its Flux objects, its pull secret."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report, scaffolding
from infra_tool.cli.delivery import Target
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.scaffold import NewCluster, SyncMode
    from infra_tool.scaffold.pull import Login
    from infra_tool.sops import Secret


PULL_SECRET = "components/registry-pull/secret.enc.yaml .dockerconfigjson"  # noqa: S105 -- a path and a key


class Sync(StrEnum):
    """Whether to write the Flux objects that follow the repo."""

    none = "none"
    new = "new"


@delivery.writing
def new_cluster(  # noqa: PLR0913 -- these are its options
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the cluster and of its directory.")],
    *,
    sync: Annotated[
        Sync | None, typer.Option(help="Write Flux objects always or never; if not given, where none is there.")
    ] = None,
    registry_user: Annotated[str | None, typer.Option(metavar="USER", help="Who pulls images.")] = None,
    registry_token_stdin: Annotated[
        bool, typer.Option("--registry-token-stdin", help="Read the token of that user from stdin.")
    ] = False,
    registry_token_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="Take the token from this environment variable.")
    ] = None,
    docker_config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take the credential from a docker config.json.")
    ] = None,
    known_hosts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Host keys of the git server; yours if not given.")
    ] = None,
    receiver: Annotated[
        bool, typer.Option("--receiver", help="Let the git server tell Flux of a push: its webhook, with a token.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Let Flux tell the git server how each commit went: its status, alerts.")
    ] = False,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Make a cluster: directory, key pair, Flux objects that do not exist yet, pull secret."""
    from infra_tool import scaffold, sops

    root = None if target.remote else scaffolding.infra_root()
    branch, remote = scaffolding.repo_defaults(root)
    credential = _credential(
        registry_user, from_stdin=registry_token_stdin, variable=registry_token_env, config=docker_config
    )
    mode: SyncMode = sync.value if sync else "auto"
    wanted = scaffold.ClusterWanted(
        name=name,
        sync=mode,
        remote=target.remote,
        credential=credential,
        known_hosts=scaffolding.known_hosts(known_hosts),
        receiver=receiver,
        status=status,
    )
    change = scaffold.new_cluster(wanted, sops.generate_identity(), sops.Entropy())
    outcome = target.deliver(change, root=root, branch=branch, remote=remote)
    _tell(outcome, target, format_, has_credential=credential is not None)


def _credential(
    user: str | None, *, from_stdin: bool, variable: str | None, config: Path | None
) -> "Login | Secret | None":
    """Read the credential of the pull secret from where it was said to be; None for a stub."""
    from infra_tool import scaffold
    from infra_tool.sops import Secret

    if sum((from_stdin, variable is not None, config is not None)) > 1:
        raise UsageError("--registry-token-stdin, --registry-token-env and --docker-config exclude each other")
    if config is not None:
        if user:
            raise UsageError("--docker-config names its users itself", hint="leave --registry-user out")
        return scaffold.pull.from_config(scaffolding.read_text(config))
    if user is None:
        if from_stdin or variable:
            raise UsageError("a registry token needs --registry-user")
        return None
    return scaffold.pull.Login(user, Secret(_token(from_stdin=from_stdin, variable=variable)))


def _token(*, from_stdin: bool, variable: str | None) -> str:
    if variable is not None:
        return scaffolding.read_environment(variable)
    if from_stdin:
        return scaffolding.as_text(sys.stdin.buffer.read(), "the registry token").rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError("the registry token is missing", hint="--registry-token-stdin or --registry-token-env NAME")
    return str(typer.prompt("Token of the registry user (read:package is enough)", hide_input=True, err=True))


def _tell(outcome: "Outcome[NewCluster]", target: Target, format_: report.Format, *, has_credential: bool) -> None:
    made = outcome.result
    for path in made.unreadable:
        message = f"{path} was encrypted before {made.cluster} had a key: {made.cluster} cannot open it"
        report.warn(message, hint=f"infra-tool secret rotate {path}")
    if made.followed_by and not made.decrypts:
        report.warn(
            f"the Flux Kustomization {made.followed_by} applies clusters/{made.cluster} without opening its secrets",
            hint="give it spec.decryption: provider sops, secretRef.name sops-age",
        )
    if has_credential and made.pull == "kept":
        report.warn(
            "the pull secret has a credential already, which stays", hint=f"infra-tool secret set {PULL_SECRET}"
        )
    result = {
        "cluster": made.cluster,
        "recipient": made.recipient,
        "files": list(made.files),
        "unreadable": list(made.unreadable),
        "followed_by": made.followed_by,
        "pull_secret": made.pull,
        "deploy_key": made.deploy_key,
        "webhook": made.webhook,
        "stubs": list(made.stubs),
        "health_checks": made.health_checks,
        "commit": outcome.commit,
    }
    delivery.finish("new-cluster", outcome, target, format_, result=result, text=_text(outcome))
    if not target.is_dry:
        _tell_next(made)


def _tell_next(made: "NewCluster") -> None:
    if made.health_checks == "by hand":
        report.warn(
            f"clusters/{made.cluster}: a rollback waits for the rollout that it rolls back",
            hint="add to the arguments of kustomize-controller: --feature-gates=CancelHealthCheckOnNewRevision=true",
        )
    for stub in made.stubs:
        report.note(f"next: {scaffolding.set_command(*stub.split())}")
    if any(path.startswith("bootstrap/") for path in made.files):
        report.note(f"next: infra-tool bootstrap {made.cluster} | kubectl apply -f -")
    if made.files and made.pull == "stub":
        report.note(f"next: infra-tool new-cluster {made.cluster} --registry-user USER, for the credential of pods")


def _text(outcome: "Outcome[NewCluster]") -> str:
    made = outcome.result
    if not made.files:
        return f"cluster {made.cluster} is there already: nothing to do"
    new = f"cluster {made.cluster} is new, its key is {made.recipient}"
    head = new if _is_new(made) else f"cluster {made.cluster} is there already, and has now"
    return scaffolding.told(head, made.files, outcome.commit)


def _is_new(made: "NewCluster") -> bool:
    return any(path.endswith("/sops-age.enc.yaml") for path in made.files)
