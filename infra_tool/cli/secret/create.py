"""`infra-tool secret create`: a new Secret, encrypted before it exists."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra_tool.cli import delivery, report
from infra_tool.cli.delivery import Target
from infra_tool.cli.secret import place, values
from infra_tool.errors import UsageError

if TYPE_CHECKING:
    from infra_tool.git import Outcome
    from infra_tool.secrets import Created
    from infra_tool.sops import Secret


class Type(StrEnum):
    """What the Secret is for."""

    generic = "generic"
    docker_registry = "docker-registry"
    tls = "tls"
    basic_auth = "basic-auth"
    ssh = "ssh"


KUBERNETES = {
    Type.generic: "Opaque",
    Type.docker_registry: "kubernetes.io/dockerconfigjson",
    Type.tls: "kubernetes.io/tls",
    Type.basic_auth: "kubernetes.io/basic-auth",
    Type.ssh: "kubernetes.io/ssh-auth",
}
NEEDED = {
    Type.generic: (),
    Type.docker_registry: (".dockerconfigjson",),
    Type.tls: ("tls.crt", "tls.key"),
    Type.basic_auth: ("username", "password"),
    Type.ssh: ("ssh-privatekey",),
}
PASSWORD = "password"  # noqa: S105 -- the name of the key


@delivery.writing
def create(  # noqa: PLR0913 -- these are its options
    path: place.PathArgument,
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY...", help="Keys whose values are asked for.")] = None,
    *,
    type_: Annotated[Type, typer.Option("--type", help="What it is for.")] = Type.generic,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="DIRECTORY-FILE if not given.")] = None,
    namespace: Annotated[str | None, typer.Option(metavar="NAME", help="Only where no kustomization sets one.")] = None,
    user: Annotated[str | None, typer.Option(metavar="USER", help="For docker-registry and basic-auth.")] = None,
    registry: Annotated[
        str | None, typer.Option(metavar="HOST", help="For docker-registry; that of the configuration if not given.")
    ] = None,
    from_stdin: values.StdinOption = None,
    from_file: values.FileOption = None,
    from_env: values.EnvironmentOption = None,
    from_env_file: values.EnvironmentFileOption = None,
    generate: values.GenerateOption = None,
    no_restart: place.NoRestartOption = False,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
    target: Target,
) -> None:
    """Make a new Secret, and name it in the kustomization file beside it.

    A password of docker-registry and basic-auth is asked for, or given as the key password.
    """
    from infra_tool import secrets

    root = place.root(target)
    session = place.session(root, identity)
    path_ = place.inside(root, path)
    sources = values.Sources(
        keys or (), from_stdin or (), from_file or (), from_env or (), generate or (), from_env_file or ()
    )
    if user and PASSWORD not in sources.named:
        sources = replace(sources, keys=(*sources.keys, PASSWORD))
    given = values.read(sources, session.entropy, path_)
    wanted = secrets.NewSecret(
        name=name or secrets.default_name(path_),
        type=KUBERNETES[type_],
        values=_complete(type_, _logged_in(type_, given, user, registry, root)),
        namespace=namespace,
        generated=sources.generated,
    )
    outcome = place.deliver(
        lambda snapshot, session: secrets.create(snapshot, path_, wanted, session, refresh=not no_restart),
        session,
        target,
        root,
    )
    tell("secret create", outcome, target, format_)


def _logged_in(
    type_: Type, given: "Mapping[str, Secret]", user: str | None, registry: str | None, root: Path | None
) -> "Mapping[str, Secret]":
    """Return the values with the user in them, in the form that the type wants."""
    from infra_tool import git, repo, scaffold
    from infra_tool.sops import Secret

    if user is None:
        return given
    if type_ is Type.basic_auth:
        return {"username": Secret(user), **given}
    if type_ is not Type.docker_registry:
        raise UsageError("--user is for --type docker-registry and basic-auth")
    host = registry or (repo.load_config(git.WorkTree(root)).registry if root else None)
    login = scaffold.pull.Login(user, given[PASSWORD])
    others = {key: value for key, value in given.items() if key != PASSWORD}
    return {NEEDED[type_][0]: scaffold.pull.content(login, host), **others}


def _complete(type_: Type, given: "Mapping[str, Secret]") -> "Mapping[str, Secret]":
    missing = [key for key in NEEDED[type_] if key not in given]
    if missing:
        hint = "--user USER" if type_ in {Type.docker_registry, Type.basic_auth} else f"--from-file {missing[0]}=FILE"
        raise UsageError(f"a Secret of type {type_.value} needs {' and '.join(missing)}", hint=hint)
    return given


def tell(command: str, outcome: "Outcome[Created]", target: Target, format_: report.Format) -> None:
    """Say what became of a Secret that was made, or that took over values."""
    done = outcome.result
    if done.listed_in is None:
        report.warn(f"no kustomization file lies beside {done.path}, so nothing applies it yet")
    result = {
        "path": done.path,
        "name": done.name,
        "action": done.action,
        "keys": list(done.keys),
        "listed_in": done.listed_in,
        "restarted": list(done.restarted),
        "commit": outcome.commit,
    }
    words = {"created": "is new", "merged": "has new values", "unchanged": "is there already: nothing to do"}
    lines = [f"{done.path}: Secret {done.name} {words[done.action]}", *place.ending(done.restarted, outcome.commit)]
    delivery.finish(command, outcome, target, format_, result=result, text="\n".join(lines))
