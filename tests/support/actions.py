"""Runs workflows as Gitea's runner does on the host: jobs by `needs` and `if`, steps by the shell, outputs by files.

As much of the language as our own workflows speak; anything else is an error, not a guess.
"""

import re
import subprocess
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

Status = Literal["success", "failure", "skipped"]
Context = Mapping[str, Any]

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
TOKEN = re.compile(r"\s*(==|!=|&&|\|\||[()!]|'(?:[^']|'')*'|[A-Za-z_][\w.-]*)")
BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")


@dataclass
class Job:
    """How a job ended, and all that its steps wrote."""

    status: Status
    log: str = ""


@dataclass
class Runner:
    """A host that runs jobs one after the other, each in a directory of its own below `place`."""

    place: Path
    environment: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    shell: tuple[str, ...] = BASH
    runs: int = 0

    def run(self, workflow: str, github: Context) -> dict[str, Job]:
        """Run every job of a workflow for an event."""
        jobs = yaml.safe_load(workflow)["jobs"]
        done: dict[str, Job] = {}
        while len(done) < len(jobs):
            name = next(name for name, job in jobs.items() if name not in done and needs(job) <= done.keys())
            self.runs += 1
            met = all(done[need].status == "success" for need in needs(jobs[name]))
            context = {"github": {"run_id": str(self.runs), **github}, "secrets": self.secrets, "vars": self.variables}
            is_wanted = met and evaluate(str(jobs[name].get("if", "true")), context)
            done[name] = self._job(jobs[name], context) if is_wanted else Job("skipped")
        return done

    def _job(self, job: Context, context: dict[str, Any]) -> Job:
        place = self.place / str(self.runs)
        (place / "work").mkdir(parents=True)
        context = {**context, "steps": {}}
        log = ""
        path: list[str] = []
        for number, step in enumerate(job["steps"]):
            if not evaluate(str(step.get("if", "true")), context):
                continue
            github = {
                f"GITHUB_{key.upper()}": value for key, value in context["github"].items() if isinstance(value, str)
            }
            files = {name: place / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
            given = {**job.get("env", {}), **step.get("env", {})}
            env = {
                **self.environment,
                **github,
                **{name: str(file) for name, file in files.items()},
                **{name: filled(str(value), context) for name, value in given.items()},
            }
            env["PATH"] = ":".join([*path, env["PATH"]])
            script = place / f"step-{number}"
            script.write_text(filled(step["run"], context), encoding="utf-8")
            done = subprocess.run(
                (*self.shell, str(script)), cwd=place / "work", env=env, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
            log += f"--- {step['name']}\n{done.stdout}"
            if done.returncode:
                return Job("failure", log)
            path = [*lines(files["GITHUB_PATH"]), *path]
            outputs = dict(line.split("=", 1) for line in lines(files["GITHUB_OUTPUT"]))
            context["steps"][step.get("id", str(number))] = {"outputs": outputs}
        return Job("success", log)


def needs(job: Context) -> set[str]:
    """Return the jobs that must be done before."""
    named = job.get("needs", [])
    return {named} if isinstance(named, str) else set(named)


def lines(file: Path) -> list[str]:
    """Return what a step wrote into one of the runner's files."""
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def filled(text: str, context: Context) -> str:
    """Return a text with its expressions replaced by their values."""
    return EXPRESSION.sub(lambda match: shown(evaluate(match[1], context)), text)


def shown(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(text: str, context: Context) -> object:
    """Return the value of an expression, which may stand in its brackets or not."""
    whole = EXPRESSION.fullmatch(text.strip())
    text = (whole[1] if whole else text).strip()
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match, f"not understood: {text[at:]}"
        tokens.append(match[1])
        at = match.end()
    left = deque([*tokens, ""])
    value = _or(context, left)
    assert list(left) == [""], f"not understood: {left[0]}"
    return value


def _or(context: Context, left: deque[str]) -> object:
    value = _and(context, left)
    while left[0] == "||":
        left.popleft()
        other = _and(context, left)  # read in any case
        value = value or other
    return value


def _and(context: Context, left: deque[str]) -> object:
    value = _equal(context, left)
    if left[0] != "&&":
        return value
    left.popleft()
    other = _and(context, left)
    return value and other


def _equal(context: Context, left: deque[str]) -> object:
    value = _atom(context, left)
    if left[0] in {"==", "!="}:
        is_same = left.popleft() == "=="
        return (value == _atom(context, left)) is is_same
    return value


def _atom(context: Context, left: deque[str]) -> object:
    word = left.popleft()
    if word == "(":
        value = _or(context, left)
        assert left.popleft() == ")"
        return value
    if word == "!":
        return not _atom(context, left)
    if word.startswith("'"):
        return word[1:-1].replace("''", "'")
    if word in {"true", "false"}:
        return word == "true"
    value: Any = context
    for name in word.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
