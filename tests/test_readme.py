"""The transcripts of the README and of other pages are runs: each command is typed again, and must say the same.

`INFRA_TOOL_GOLDEN=write pytest tests/test_readme.py` writes what was said into the pages; read the diff.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from difflib import unified_diff
from itertools import chain
from pathlib import Path

import pytest

from infra_tool import cli

README = Path(__file__).parents[1] / "README.md"
SECRETS = README.parent / "docs/secrets"
SERIES = {
    "README": [README],
    "secrets": [
        SECRETS / f"{name}.md"
        for name in ("first-secret", "new-machine", "merge-conflict", "people", "rotate-everything", "lost-key")
    ],
}
"""Pages whose commands are typed one after the other in one shell."""

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = "$ "
WRITE = os.environ.get("INFRA_TOOL_GOLDEN") == "write"  # read before each test gets an environment of its own


def steps(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a block with what it said."""
    for part in re.split(rf"^{re.escape(PROMPT)}", block, flags=re.MULTILINE)[1:]:
        command, _, said = part.partition("\n")
        yield command, said


def masked(text: str, place: Path) -> str:
    """Return `text` without what differs from run to run: keys, times, commits, and where the home is."""
    text = text.replace(str(place.resolve()), "~").replace(str(place), "~")
    text = re.sub(r"\bage1[0-9a-z]{58}\b", "age1...", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-31T12:00:00Z", text)
    return re.sub(r"\b[0-9a-f]{7,40}\b", "0123abc", text)


def test_the_table_names_every_command() -> None:
    table = README.read_text(encoding="utf-8").partition("| command | does |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = {word.split()[0] for row in rows for word in re.findall(r"`([^`]+)`", row)}
    assert named == {name for name, _, _ in cli.COMMANDS}


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", README.read_text(encoding="utf-8")))
def test_links_lead_somewhere(link: str) -> None:
    assert (README.parent / link).exists()


def test_the_pages_on_secrets_are_all_run_and_linked() -> None:
    assert sorted(SERIES["secrets"]) == sorted(SECRETS.glob("*.md"))
    for page in (SECRETS.parent / "secrets.md", *SERIES["secrets"]):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), (page, link)


@pytest.mark.slow
@pytest.mark.parametrize("series", SERIES)
def test_the_transcripts_are_what_the_commands_say(series: str, home: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    shell = subprocess.Popen(
        ("sh",), cwd=home, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert shell.stdin
    assert shell.stdout

    def typed(command: str) -> str:
        """Run a command in the one shell of the transcript."""
        assert shell.stdin
        assert shell.stdout
        if " secret set " in command:
            time.sleep(1)  # a person types no faster, and `lastmodified` in whole seconds is a line of the diff
        shell.stdin.write(f"{{ {command}\n}} </dev/null\necho; echo ----end\n")
        shell.stdin.flush()
        said = "".join(iter(shell.stdout.readline, "----end\n")).removesuffix("\n")
        return masked(said if said.endswith("\n") or not said else f"{said}\n", home)

    def run(block: re.Match[str]) -> str:
        said = "".join(f"{PROMPT}{command}\n{typed(command)}" for command, _ in steps(block[1]))
        return f"```console\n{said}```"

    texts = {page: page.read_text(encoding="utf-8") for page in SERIES[series]}
    with shell:
        new = {page: BLOCK.sub(run, text) for page, text in texts.items()}
        shell.stdin.close()
    for page, text in new.items() if WRITE else ():
        page.write_text(text, encoding="utf-8")
    changed = (unified_diff(text.splitlines(), new[page].splitlines(), lineterm="") for page, text in texts.items())
    assert [*chain.from_iterable(changed)] == []
