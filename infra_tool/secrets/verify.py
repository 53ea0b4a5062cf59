"""Open every encrypted file of a tree and compare its content with its MAC, which Flux does not do."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import sops, yamldoc
from infra_tool.edits import Tree, readable
from infra_tool.errors import InfraToolError, ToolMissingError
from infra_tool.finding import Finding
from infra_tool.secrets import locate
from infra_tool.secrets.session import Session
from infra_tool.secrets.values import is_plain
from infra_tool.sops import Metadata, NoKeyError, Opened, Secret
from infra_tool.yamldoc import SUFFIXES, Mapping, YamlError, YamlFile

UNVERIFIED, SUBSTITUTED = ("S009", "unverified"), ("S024", "substituted-secret")
"""Code and name of the two rules of lint that take a private key."""

MARK = b"sops:"


class Unverified(NamedTuple):
    """A file that could not be opened here, and why."""

    path: str
    reason: str


class Verified(NamedTuple):
    """The files whose content matches their MAC, what is wrong with others, and those nothing can be said about."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[Unverified, ...]


def verify(tree: Tree, session: Session, *, drill: bool = False, program: bool = False) -> Verified:
    """Open every encrypted YAML file with the keys of `session`.

    `drill`: these keys are meant to open every file, so one that they do not open is a finding. `program`: what only
    the sops program can open is opened by it, where it is installed.
    """
    keys = session.keys()
    rules = sops.load_rules(tree)
    names = rules.names if rules else {}
    files, findings, unchecked = list[str](), list[Finding](), list[Unverified]()
    for file, found in encrypted(tree):
        try:
            if found.readable:
                opened = sops.open_parsed(file, keys, names=names)
                files.append(file.path)
                findings += _substituted(opened)
            elif program:
                sops.reader(found).decrypt(file.data, file.path, session.means(tree))
                files.append(file.path)
            else:
                unchecked.append(Unverified(file.path, "only the sops program could open it"))
        except ToolMissingError as error:
            unchecked.append(Unverified(file.path, error.message))
        except NoKeyError as error:
            if drill:
                findings.append(_finding(file, error))
            else:
                unchecked.append(Unverified(file.path, "no private key here opens it, so its MAC was not compared"))
        except InfraToolError as error:
            findings.append(_finding(file, error))
    return Verified(tuple(files), tuple(findings), tuple(unchecked))


def encrypted(tree: Tree) -> Iterator[tuple[YamlFile, Metadata]]:
    """Iterate over the encrypted YAML files of a tree; what is no YAML is another check's."""
    contents, _ = readable(tree, [path for path in tree.entries if path.endswith(SUFFIXES)])
    for path, data in contents.items():
        if MARK not in data:
            continue
        try:
            file = yamldoc.parse(data, path)
        except YamlError:
            continue
        if (found := sops.read_metadata(file)) is not None:
            yield file, found


def _finding(file: YamlFile, error: InfraToolError) -> Finding:
    code, name = UNVERIFIED
    return Finding(file.path, error.line or 1, 1, code, error.message, name, help=error.hint)


def _substituted(opened: Opened) -> Iterator[Finding]:
    """Find text of Secrets that Flux would substitute after decryption."""
    code, name = SUBSTITUTED
    for index, root in locate.secrets(opened.file):
        fields = root.get(locate.TEXT)
        for key, node in fields.pairs() if isinstance(fields, Mapping) else ():
            text = opened.text((index, (locate.TEXT, key.value))) or ""
            if not is_plain(Secret(text)):
                line, column = opened.file.position(node.start)
                message = f"{locate.TEXT}.{key.value} holds ${{, which Flux would substitute"
                help_ = "unset the key and set it again: it goes under data then"
                yield Finding(opened.file.path, line, column, code, message, name, "warning", help=help_)
