"""Files that are encrypted before they exist: rendered in memory by Jinja2, sealed for the recipients of the rules."""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from infra_tool import sops, yamldoc
from infra_tool.edits import Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.templates import QUESTIONS, Template
from infra_tool.sops import Choice, Entropy, Secret

ENDINGS = (".enc.yaml.jinja", ".enc.yml.jinja")
SUFFIX = ".jinja"


def render_secrets(template: Template, answers: Answers, values: Mapping[str, Secret]) -> dict[str, bytes]:
    """Return the plain content of the files of a template that are to be encrypted, by path; for memory only.

    The templates know the answers, and `values`: the plain value of each key. What renders to nothing makes no file.
    """
    from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=FileSystemLoader(template.directory),
        undefined=StrictUndefined,
        autoescape=False,
        **_settings(template),
    )
    context = {**answers, "values": {key: value.reveal() for key, value in values.items()}}
    made = {}
    try:
        for name in _sources(template):
            path = environment.from_string(name.removesuffix(SUFFIX)).render(context)
            content = environment.get_template(name).render(context).encode()
            if content.strip():
                made[_inside(path)] = content
    except TemplateError as error:
        raise UsageError(f"the template {template.source} cannot be rendered: {error.message}") from None
    return made


def seal(
    tree: Tree, path: str, plain: bytes, entropy: Entropy, *, backend: Choice = "auto", root: Path | None = None
) -> bytes:
    """Encrypt a file as the rules of `tree` say, or return what `tree` holds there already.

    Raises UsageError when no rule is for it or the rule names nobody.
    """
    if path in tree.entries:
        return tree.read(path)
    rules = sops.load_rules(tree)
    if rules is None:
        raise UsageError(f"there is no {sops.PATH}, so nobody could open {path}", hint="run infra-tool init first")
    return sops.encrypt(
        plain,
        path,
        rules.require(path),
        choice=backend,
        entropy=entropy,
        indent=rules.indent,
        config=rules.source,
        root=root,
    )


def _sources(template: Template) -> Iterator[str]:
    for ending in ENDINGS:
        for path in sorted(template.directory.rglob(f"*{ending}")):
            yield path.relative_to(template.directory).as_posix()


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise UsageError(f"the template renders a file outside its directory: {path!r}")
    return path


def _settings(template: Template) -> dict[str, bool]:
    """Read Copier's settings of Jinja2 that change what is rendered."""
    settings = {"keep_trailing_newline": True}
    for name in QUESTIONS:
        path = template.directory / name
        for document in yamldoc.parse(path.read_bytes(), name).documents if path.is_file() else ():
            for key in ("keep_trailing_newline", "trim_blocks", "lstrip_blocks"):
                if (value := yamldoc.text(document.root, "_envops", key)) is not None:
                    settings[key] = value == "true"
    return settings
