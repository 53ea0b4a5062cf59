"""`infra-tool secret`: the life of a secret and of its keys; one file a verb, one line here for each."""

from infra_tool.cli.app import add, new_app
from infra_tool.cli.secret import recipient
from infra_tool.cli.secret.check import check
from infra_tool.cli.secret.create import create
from infra_tool.cli.secret.edit import edit
from infra_tool.cli.secret.get import get
from infra_tool.cli.secret.git_setup import git_setup, merge_file, textconv
from infra_tool.cli.secret.import_ import import_
from infra_tool.cli.secret.init import init
from infra_tool.cli.secret.rotate import rotate
from infra_tool.cli.secret.set_value import set_
from infra_tool.cli.secret.unset import unset
from infra_tool.cli.secret.view import view

COMMANDS = (
    ("init", init),
    ("create", create),
    ("import", import_),
    ("view", view),
    ("get", get),
    ("edit", edit),
    ("set", set_),
    ("unset", unset),
    ("check", check),
    ("rotate", rotate),
    ("git-setup", git_setup),
)

DRIVERS = (
    ("textconv", textconv),
    ("merge-file", merge_file),
)
"""What git runs."""

group = new_app(help="Work with encrypted files: the life of a secret and of its keys.")
for _name, _function in COMMANDS:
    add(group, _name, _function)
for _name, _function in DRIVERS:
    add(group, _name, _function, hidden=True)
group.add_typer(recipient.group, name="recipient")
