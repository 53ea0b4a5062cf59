"""Tell what looks like a credential from the many things that are named like one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.yamldoc import Content, Mapping, Scalar, Sequence, lookup, text

HINT = re.compile(
    r"passw|secret|token|credential|api_?-?key|private_?-?key|access_?-?key|://[^\s/:@]+:[^\s/@]+@", re.IGNORECASE
)
"""What a file must hold to be looked at more closely."""

NAME = re.compile(
    r"(^|[_.-])(passwords?|passwd|passphrase|token|credentials?|api_?key|private_?key|secret_?key|access_?key|secret)$"
)
"""The end of a name, in lower case and with `_` between its words, of what holds a credential."""

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@'\"]+:(?P<password>[^\s/@'\"]{3,})@", re.IGNORECASE)
TOKEN = re.compile(
    r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{20,}"
    r"|sk_live_\w{20,}|AIza[\w-]{35}|npm_\w{36}|dckr_pat_[\w-]{20,})"
)
"""Tokens that say themselves what they are."""

OPTION = re.compile(r"--?(?P<name>[a-zA-Z][\w-]*)=(?P<value>.+)")
OPEN = re.compile(r"\$[\{\(]|\{\{|^\{\w+\}$|^ENC\[|^<.*>$|^\*+$|^x+$|^\.\.\.$")
PLAIN = re.compile(r"true|false|yes|no|none|null|\d{1,5}|[/~.].*|[a-z]+://\S*", re.IGNORECASE)
"""Values that are switches, numbers, paths or addresses."""

WEAK = re.compile(r"(change|replace)[-_ ]?(me|it|this)|example|placeholder|dummy|redacted|todo", re.IGNORECASE)
NOUN = "secret"
OBJECT = re.compile(r"[a-z]([a-z0-9.-]*[a-z0-9])?")
"""The name of an object: what is called a secret is mostly that of one."""

KEY = "secret_key"
ENTRY = re.compile(r"[A-Z]+(_[A-Z]+)+|[a-z]+([-_.][a-z]+)+")
"""The name of an entry in a Secret: what is called the key of one may be that."""

REFERS = re.compile(r"existing|_?ref_|name")
"""What is in names that say where a credential is."""

SHORTEST = 5


class Found(NamedTuple):
    """What looks like a credential, and what to call it."""

    node: Scalar
    what: str


def entries(node: Content | None) -> Iterator[Found]:
    """Yield entries of a mapping with names of credentials, and values that are some by themselves."""
    for key, value in node.pairs() if isinstance(node, Mapping) else ():
        if isinstance(value, Scalar):
            yield from _entry(key.value, value)


def values(node: Content | None) -> Iterator[Found]:
    """Yield entries of mappings and lists at any depth."""
    yield from entries(node)
    inner = [value for _, value in node.pairs()] if isinstance(node, Mapping) else []
    inner += list(node.values()) if isinstance(node, Sequence) else []
    for value in inner:
        if isinstance(value, Mapping) and isinstance(value.get("value"), Scalar) and text(value, "name"):
            yield from _variable(value)
        yield from values(value)


def assigned(text: str) -> str | None:
    """Return what to call the value in `NAME=VALUE` that looks like a credential, None where it does not."""
    name, _, value = text.strip().partition("=")
    value = value.strip().strip("\"'")
    found = next(_entry(name.strip(), Scalar(0, 0, value)), None)
    return found.what if found is not None else None


def containers(spec: Content | None) -> Iterator[Found]:
    """Yield variables and arguments of containers, wherever the pod is in a spec."""
    for path in ((), ("template", "spec"), ("jobTemplate", "spec", "template", "spec")):
        for field in ("initContainers", "containers"):
            listed = lookup(spec, *path, field)
            for container in listed.values() if isinstance(listed, Sequence) else ():
                yield from _container(container)


def _container(container: Content) -> Iterator[Found]:
    variables = lookup(container, "env")
    for variable in variables.values() if isinstance(variables, Sequence) else ():
        if isinstance(variable, Mapping):
            yield from _variable(variable)
    for field in ("command", "args"):
        listed = lookup(container, field)
        for item in listed.values() if isinstance(listed, Sequence) else ():
            option = OPTION.fullmatch(item.value) if isinstance(item, Scalar) else None
            if isinstance(item, Scalar) and option is not None and _is_credential(option["name"], option["value"]):
                yield Found(item, f"the value of --{option['name']}")


def _variable(variable: Mapping) -> Iterator[Found]:
    value = variable.get("value")
    if isinstance(value, Scalar):
        yield from _entry(text(variable, "name") or "", value)


def _entry(name: str, value: Scalar) -> Iterator[Found]:
    if _is_credential(name, value.value):
        yield Found(value, f"the value of {name}")
    elif TOKEN.search(value.value):
        yield Found(value, f"a token in {name}")
    elif (url := URL.search(value.value)) is not None and not _is_open(url["password"]):
        yield Found(value, f"a password in the address in {name}")


def _is_credential(name: str, value: str) -> bool:
    words = WORDS.sub("_", name).lower().replace("-", "_")
    if not NAME.search(words) or "\n" in value or " " in value.strip() or len(value) < SHORTEST:
        return False
    if REFERS.search(words) or (words.endswith(NOUN) and OBJECT.fullmatch(value)):
        return False
    if words.endswith(KEY) and ENTRY.fullmatch(value):
        return False
    return not _is_open(value) and PLAIN.fullmatch(value) is None


def _is_open(value: str) -> bool:
    return OPEN.search(value) is not None or WEAK.search(value) is not None
