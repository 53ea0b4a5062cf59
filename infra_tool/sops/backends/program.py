"""The sops program: what the embedded codec does not do, and everything where the repo's configuration says so.

It lays files out in its own way. What did not change keeps its ciphertext: sops is given one changed value at a time,
where it would encrypt every value anew, or put the plain text into a file for an editor.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from infra_tool import yamldoc
from infra_tool.errors import InfraToolError, RefusedError
from infra_tool.sops import binary, checks, metadata, seal, steps
from infra_tool.sops.age import NoKeyError
from infra_tool.sops.backends.backend import Change, Means, not_completed
from infra_tool.sops.rules import Rule
from infra_tool.sops.steps import GONE, Step
from infra_tool.sops.walk import METADATA
from infra_tool.yamldoc import SUFFIXES, ResolveError, Value, YamlFile

NAME = "sops"


def encrypt(data: bytes, path: str, rule: Rule, means: Means) -> bytes:
    """Encrypt by the rule that sops finds itself; it cannot complete a file."""
    if not path.endswith(SUFFIXES):
        if _is_sealed(data):
            raise RefusedError("is encrypted already", path=path, hint=f"a new data key: sops rotate --in-place {path}")
        return binary.encrypt(data, path, config=means.config, root=means.root)
    file = yamldoc.parse(data, path)
    found = metadata.read(file)
    if found is not None and seal.is_complete(file, found):
        return data
    if found is not None:
        raise not_completed(path)
    checks.check_documents(file, rule.selector)
    if not means.accept_types:
        checks.check_clear(file, rule.selector, seal.plains(file, rule.selector), {})
    wanted = _contents(file)
    done = binary.encrypt(data, path, config=means.config, root=means.root)
    _compare(done, path, wanted, means)
    return done


def _is_sealed(data: bytes) -> bool:
    """Tell whether sops wrote this JSON: it would encrypt a file that it takes for one value once more."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return False
    block = content.get(METADATA) if isinstance(content, dict) else None
    return isinstance(block, dict) and "mac" in block


def decrypt(data: bytes, path: str, means: Means) -> bytes:
    """Return what sops makes of a file."""
    return binary.decrypt(data, path, root=means.root, identity=means.identity)


def replace(old: bytes, plain: YamlFile, means: Means) -> bytes:
    """Take the steps from the old content to the new one; comments and order of the new one are lost."""
    path = plain.path
    before = yamldoc.parse(decrypt(old, path, means), path)
    wanted = _content(plain)
    selector = metadata.require(yamldoc.parse(old, path)).selector
    if not means.accept_types:
        checks.check_clear(plain, selector, seal.plains(plain, selector), seal.plains(before, selector))
    return _stepped(old, path, list(steps.steps(_content(before), wanted)), wanted, means)


def edit(old: bytes, path: str, changes: Sequence[Change], means: Means) -> bytes:
    """Have sops set and unset values of the first document."""
    if any(change.document for change in changes):
        raise InfraToolError("the sops program can set values of a file's first document only", path=path)
    wanted = _content(yamldoc.parse(decrypt(old, path, means), path))
    taken = [Step(change.keys, GONE if change.text is None else change.text) for change in changes]
    for step in taken:
        steps.take(wanted, step)
    return _stepped(old, path, taken, wanted, means)


def add_recipient(old: bytes, path: str, recipient: str, means: Means) -> bytes:
    """Wrap the data key for all that the rule names."""
    del recipient
    return binary.update_keys(old, path, config=means.config, identity=means.identity)


def _stepped(old: bytes, path: str, taken: Sequence[Step], wanted: dict[str, Value], means: Means) -> bytes:
    new = old
    for keys, value in taken:
        if value is GONE:
            new = binary.unset(new, path, keys, identity=means.identity)
        else:
            new = binary.set_json(new, path, keys, _json(keys, value), identity=means.identity)
    if new != old:
        _compare(new, path, [wanted], means)
    return new


def _compare(data: bytes, path: str, wanted: Sequence[Value], means: Means) -> None:
    """Open what sops wrote, if there is a key for it; raises InfraToolError when it is not what was wanted."""
    try:
        plain = yamldoc.parse(decrypt(data, path, means), path)
    except NoKeyError:
        return
    if not yamldoc.same([_loose(each) for each in _contents(plain)], [_loose(each) for each in wanted]):
        raise InfraToolError("what sops wrote does not open to what was wanted; nothing was written", path=path)


def _loose(value: Value) -> Value:
    """Return a value as sops prints it: whole floats without a point, dates as times."""
    if isinstance(value, dict):
        return {key: _loose(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_loose(item) for item in value]
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _contents(file: YamlFile) -> list[Value]:
    """Return what the documents hold that are not empty."""
    try:
        return [yamldoc.resolve(document.root, "sops") for document in file.documents if document.root]
    except ResolveError as error:
        raise InfraToolError(error.message, path=file.path, line=file.line(error.node)) from None


def _content(file: YamlFile) -> dict[str, Value]:
    if len(file.documents) != 1:
        raise InfraToolError("the sops program can change files of one document only", path=file.path)
    found = next(iter(_contents(file)), None)
    if not isinstance(found, dict):
        raise InfraToolError("is no mapping", path=file.path, line=1)
    return found


def _json(keys: tuple[str, ...], value: object) -> str:
    try:
        return json.dumps(value)
    except TypeError:
        raise InfraToolError(f"{'.'.join(keys)} is a date, which sops cannot be given; put it in quotes") from None
