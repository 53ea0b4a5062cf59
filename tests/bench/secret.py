"""Secrets against the sops program: one file, and all two hundred of a repo."""

import os
import sys
from pathlib import Path
from typing import Any

from infra_tool import sops

FILES = 200
KEYS = 20
NAMED = "apps/service-{number:03}/secret.enc.yaml"
TOOL = str(Path(sys.executable).parent / "infra-tool")
EACH = 'for f in apps/*/secret.enc.yaml; do sops {command} "$f" || exit 1; done'


def make(root: Path) -> list[str]:
    """Write the repo with its rules and an own key, its secrets plain, and return their paths."""
    identity = sops.generate_identity()
    key = sops.keys_file(os.environ, Path.home())
    key.parent.mkdir(parents=True)
    key.write_text(identity.secret.reveal(), encoding="utf-8")
    other = sops.generate_identity().recipient
    rule = "path_regex: \\.enc\\.yaml$\n    encrypted_regex: ^(data|stringData)$\n    mac_only_encrypted: true"
    keys = f"    age:\n      - {identity.recipient} # me\n      - {other} # recovery\n"
    root.mkdir()
    (root / ".infra-tool.yaml").write_text("version: 1\n", encoding="utf-8")
    (root / ".sops.yaml").write_text(f"creation_rules:\n  - {rule}\n{keys}", encoding="utf-8")
    paths = [NAMED.format(number=number) for number in range(FILES)]
    for path in paths:
        (root / path).parent.mkdir(parents=True)
    plain(root, paths)
    return paths


def plain(root: Path, paths: list[str]) -> None:
    """Write secrets in plain text."""
    values = "".join(f"  KEY_{number}: value-{number}\n" for number in range(KEYS))
    for number, path in enumerate(paths):
        head = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: s{number}\nstringData:\n"
        (root / path).write_text(head + values, encoding="utf-8")


def secrets(bench: Any) -> None:  # noqa: ANN401 -- the one of run.py, which imports this
    """Measure encrypt, view, set and check, each against what sops takes for the same."""
    root = bench.place / "secrets"
    paths = make(root)
    one = paths[0]
    value = ('["stringData"]["KEY_0"]', '"new"')
    pairs = (
        ("encrypt 1 file", (TOOL, "encrypt-secret", one), ("sops", "encrypt", "-i", one), [one], 6),
        (
            "encrypt 200 files",
            (TOOL, "encrypt-secret", *paths),
            ("sh", "-c", EACH.format(command="encrypt -i")),
            paths,
            1 / 3,
        ),
        ("view", (TOOL, "secret", "view", one), ("sops", "decrypt", one), [], 5),
        (
            "set 1 of 20 values",
            (TOOL, "secret", "set", one, "--generate", "KEY_0"),
            ("sops", "set", one, *value),
            [],
            8,
        ),
        (
            "check 200 files",
            (TOOL, "secret", "check"),
            ("sh", "-c", EACH.format(command="decrypt") + " >/dev/null"),
            [],
            1 / 3,
        ),
    )
    for name, ours, theirs, fresh, target in pairs:
        for who, command in ((name, ours), (f"sops: {name}", theirs)):
            bench.measure(who, command, cwd=root, before=lambda _, fresh=fresh: plain(root, fresh))
        bench.ratio(name, name, f"sops: {name}", target)
