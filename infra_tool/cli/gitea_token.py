"""The variable with a token of Gitea."""

from typing import Annotated

import typer

TOKEN = "GITEA_TOKEN"  # noqa: S105 -- a variable's name

TokenEnvOption = Annotated[str, typer.Option(metavar="NAME", help="Variable that holds a token of Gitea.")]
