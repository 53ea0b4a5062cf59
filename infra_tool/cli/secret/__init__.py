"""`infra-tool secret`: the life of a secret and of its keys; one file a verb, one line here for each."""

from infra_tool.cli.app import add_later, new_group

COMMANDS = (
    ("init", "init:init", "Make keys and .sops.yaml, and nothing else."),
    ("create", "create:create", "Make a new Secret, and name it in the kustomization file beside it."),
    ("import", "import_:import_", "Take over values from an env file, a docker login, a cluster."),
    ("view", "view:view", "Show names, sizes and recipients, without a key."),
    ("get", "get:get", "Print one value, as a pod sees it."),
    ("edit", "edit:edit", "Open a file in $SOPS_EDITOR, $VISUAL or $EDITOR."),
    ("set", "set_value:set_", "Set keys of a Secret; three lines change."),
    ("unset", "unset:unset", "Remove keys of a Secret."),
    ("check", "check:check", "Check the encryption of all secrets."),
    ("rotate", "rotate:rotate", "Give files a new data key and the recipients of their rule."),
    ("git-setup", "git_setup:git_setup", "Have git diff and merge secrets by content, in this clone."),
    ("recipient", "recipient:group", "See and change who can open the secrets."),
)
"""Name, module and function or group, and the first sentence of its help."""

DRIVERS = (
    ("textconv", "git_setup:textconv", "Print a file for git diff: opened where a key here does it, else as it is."),
    (
        "merge-file",
        "git_setup:merge_file",
        "Merge for git: the result takes the place of OURS; exit code 1 is a conflict.",
    ),
)
"""What git runs."""

group = new_group("Work with encrypted files: the life of a secret and of its keys.")
for _name, _where, _about in COMMANDS:
    add_later(group, _name, f"infra_tool.cli.secret.{_where}", _about)
for _name, _where, _about in DRIVERS:
    add_later(group, _name, f"infra_tool.cli.secret.{_where}", _about, hidden=True)
