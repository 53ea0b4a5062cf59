"""Render a template: plain files by Copier, files that are to be encrypted in memory. Copier is imported here only."""

import gc
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra_tool.edits import EXECUTABLE, FILE, SYMLINK, File
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.scaffold import templates
from infra_tool.scaffold.answers import Answers, plain
from infra_tool.scaffold.templates import Template

SEALED = ("*.enc.yaml", "*.enc.yml")
"""Files that Copier must not see: they are rendered in memory and encrypted."""

BROKEN = (ValueError, TypeError, LookupError, ArithmeticError, OSError)
"""What the expressions of a template can raise besides Jinja2's own errors."""


@dataclass(frozen=True)
class Rendered:
    """What Copier made: files by path, and the answer to every question.

    `known` are the answers and what else the templates know: what a question without an answer of its own computes.
    """

    files: Mapping[str, File]
    answers: Answers
    known: Answers


def once(template: Template, extra: Answers, *, trusted: bool = False) -> Callable[[Answers], Rendered]:
    """Return what renders a template once for the same answers: a plan that is made again renders nothing."""
    made: dict[str, Rendered] = {}

    def render_once(given: Answers) -> Rendered:
        key = repr(sorted(given.items()))
        if key not in made:
            made[key] = render(template, given, extra, trusted=trusted)
        return made[key]

    return render_once


def render(template: Template, given: Answers, extra: Answers, *, trusted: bool = False) -> Rendered:
    """Render every file of a template that is not to be encrypted.

    `given` answers questions, the others take their defaults; `extra` is known to the templates and not recorded.
    Raises UsageError when the template needs trust it did not get, an answer that has no default, or is broken, and
    for an answer that would be a secret.
    """
    templates.check_trust(template, trusted=trusted)
    # Private (0700), and only for plain text: nothing secret is among the answers.
    with TemporaryDirectory(prefix="infra-tool-") as place:
        known, asked = _copy(template, Path(place), {**given, **extra}, trusted=trusted)
        answers = given | {name: known[name] for name in asked}
        return Rendered(dict(_collect(Path(place))), answers, given | known)


def _copy(template: Template, place: Path, data: Answers, *, trusted: bool) -> tuple[Answers, list[str]]:
    """Render into `place`; return what the template knows, and which of it are answers to be recorded."""
    # What Copier imports is as large as everything else and stays; without this it is searched for garbage again and
    # again, which takes a tenth of the whole command.
    gc.disable()
    import copier
    from copier.errors import CopierError
    from jinja2 import TemplateError
    from plumbum import local  # noqa: PLC0415 -- what Copier runs programs with

    gc.freeze()
    gc.enable()

    # Copier asks git where a template comes from, and reads settings below HOME. It gets neither: the template is a
    # directory already. Only a trusted one, whose tasks may need it, keeps the search path.
    environment = {} if trusted else {"PATH": ""}
    try:
        with local.env(**environment):
            worker = copier.run_copy(
                str(template.directory),
                place,
                data=dict(data),
                defaults=True,
                overwrite=True,
                quiet=True,
                unsafe=trusted,
                settings=copier.Settings(),
                exclude=SEALED,
            )
    except (CopierError, TemplateError, *BROKEN) as error:
        raise UsageError(
            f"the template {template.source} cannot be rendered: {_reason(error)}", hint="answer with --data KEY=VALUE"
        ) from error
    secret = set(worker.template.secret_questions)
    if told := sorted(secret & data.keys()):
        hint = "a template makes it a key of its secrets.enc.yaml, for --secret or --generate"
        raise UsageError(f"{told[0]} is a secret, which no argument may hold", hint=hint)
    found = worker.answers.combined
    known = plain({name: found[name] for name in worker.template.questions_data if name in found})
    return known, [name for name in known if name not in secret | worker.answers.hidden]


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _collect(place: Path) -> list[tuple[str, File]]:
    found = []
    for directory, _, names in os.walk(place):
        for name in names:
            path = Path(directory) / name
            relative = path.relative_to(place).as_posix()
            if path.is_symlink():
                found.append((relative, File(os.fsencode(path.readlink()), SYMLINK)))
            else:
                mode = EXECUTABLE if os.access(path, os.X_OK) else FILE
                found.append((relative, File(path.read_bytes(), mode)))
    if not found:
        raise InfraToolError("the template rendered no file")
    return sorted(found)
