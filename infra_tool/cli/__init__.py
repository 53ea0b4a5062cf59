"""The command line: one file a command or group, one line here for each.

The only place besides `__main__.py` that prints or exits. Everything heavy loads inside the command that needs it.
"""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.core import TyperGroup

from infra_tool import __version__
from infra_tool.cli.app import add_later, change_directory, new_group, run

ABOUT = "Manage a GitOps infra repo: scaffold services, keep secrets, move image tags, guard the tree."
COMMANDS = (
    ("init", "init:init", "Make an infra repo, or add what is missing to one; nothing else in it changes."),
    (
        "new-cluster",
        "new_cluster:new_cluster",
        "Make a cluster: directory, key pair, Flux objects that do not exist yet, pull secret.",
    ),
    (
        "bootstrap",
        "bootstrap:bootstrap",
        "Print the Secrets that a cluster needs once, in the clear, for kubectl apply -f -.",
    ),
    ("new-service", "new_service:new_service", "Make a service: manifests, encrypted secrets, its place in a cluster."),
    ("layout", "layout:layout", "Move services to another layout, step by step; no object of a cluster is lost."),
    (
        "new-cd",
        "new_cd:new_cd",
        "Make an app repo's workflow: its own tests, then the image, then the tag in the infra repo.",
    ),
    (
        "encrypt-secret",
        "encrypt_secret:encrypt_secret",
        "Encrypt files in place, as the rules of .sops.yaml say; their layout and comments stay.",
    ),
    ("render", "render:render", "Print the objects that a kustomization makes, as the cluster would get them."),
    ("diff", "diff:diff", "Tell what changes in the clusters, by object and field, old to new."),
    ("bump", "bump:bump", "Move services to another tag: one commit, never an older build over a newer one."),
    ("rollback", "rollback:rollback", "Go back to a version that ran before, and hold it there."),
    ("hold", "hold:hold", "Hold a service: every bump of it is refused until it is let go."),
    ("unhold", "hold:unhold", "Let a service go again; nothing is deployed."),
    ("history", "history:history", "Tell which versions ran, newest first, from git alone."),
    ("status", "status:status", "Tell what runs where, since when and by which commit, as the repo says it."),
    (
        "graph",
        "graph:graph",
        "Draw who applies what: sources, Flux Kustomizations, services; in Mermaid, which git servers show.",
    ),
    ("report", "page:page", "Write what runs where as a page, in HTML or Markdown."),
    (
        "prune-tags",
        "prune_tags:prune_tags",
        "Tell which image tags must be kept: what runs, is held, or ran last; nothing is deleted.",
    ),
    ("lint", "lint:lint", "Say what is wrong with the infra repo, before the cluster does."),
    (
        "doctor",
        "doctor:doctor",
        "Tell what is missing here: programs, keys, hooks, servers, and what mends each; exit 1 when something fails.",
    ),
    ("demo", "demo:demo", "Show the whole job on a throw-away repo: each step runs the real command and is checked."),
    ("secret", "secret:group", "Work with encrypted files: the life of a secret and of its keys."),
    ("hook", "hook:group", "Plain git hooks that judge commits and pushes."),
    ("image", "image:group", "The image that is built of a commit."),
    ("gitea", "gitea:group", "What is set on the git server once."),
)
"""Name, module and function or group, and the first sentence of its help, which is told before that is loaded."""


def build() -> TyperGroup:
    """Return the whole application."""
    top = new_group(ABOUT, _top)
    for name, where, about in COMMANDS:
        add_later(top, name, f"infra_tool.cli.{where}", about)
    return top


def _show_version(asked: bool) -> None:
    if asked:
        print(f"infra-tool {__version__}")
        raise typer.Exit


def _top(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version)
    ] = False,
    directory: Annotated[str | None, typer.Option("-C", metavar="DIR", help="Work as if started in DIR.")] = None,
) -> None:
    change_directory(directory)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    return run(build(), sys.argv[1:] if arguments is None else arguments)
