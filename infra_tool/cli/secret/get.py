"""`infra-tool secret get`: one value, for a pipe."""

import base64
import sys
from typing import Annotated

import typer

from infra_tool.cli import report
from infra_tool.cli.secret import place


def get(
    path: place.PathArgument,
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the Secret.")],
    *,
    identity: place.IdentityOption = None,
    format_: report.FormatOption = report.Format.text,
) -> None:
    """Print one value, as a pod sees it.

    Its very bytes, with a line feed behind them on a terminal only.
    """
    from infra_tool import secrets

    root = place.root()
    tree = place.tree(root)
    name = place.inside(root, path)
    value = secrets.get(tree, name, key, place.session(root, identity).on(tree))
    if format_ is report.Format.json:
        encoding = "utf-8" if value.is_text else "base64"
        text = value.reveal() if value.is_text else base64.b64encode(value.data).decode()
        report.result("secret get", {"path": name, "key": key, "value": text, "encoding": encoding})
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(value.data + (b"\n" if sys.stdout.isatty() else b""))
    sys.stdout.buffer.flush()
