"""The private keys: where one was found, who else can read it, which secrets of the repo it opens."""

from collections.abc import Iterator
from pathlib import Path

from infra_tool import sops, yamldoc
from infra_tool.doctor.line import Here, Line, State
from infra_tool.doctor.tools import encrypted
from infra_tool.sops import Identities, NoKeyError

NAME = "keys"
OTHERS = 0o077
SHOWN = 3


def check(here: Here) -> Iterator[Line]:
    """Look for keys where sops does, tell which cannot be used, and open what is encrypted with them."""
    keys = sops.identities(here.environ, here.home)
    file = sops.keys_file(here.environ, here.home)
    yield from (Line("unchecked", note) for note in keys.notes)
    if not keys:
        yield Line("fail", f"no private key: looked in {', '.join(keys.looked)}", "infra-tool secret init")
        return
    yield Line("ok", f"a private key was found ({_where(keys, file)})")
    if file.is_file() and file.stat().st_mode & OTHERS:
        yield Line("warn", f"others can read {file}", f"chmod 600 {file}")
    if here.root:
        yield _opens(here, keys)


def _where(keys: Identities, file: Path) -> str:
    return str(file) if file.is_file() and keys.x25519 else f"looked in {', '.join(keys.looked)}"


def _opens(here: Here, keys: Identities) -> Line:
    closed, foreign, total = [], [], 0
    for path in encrypted(here):
        data = here.tree.read(path)
        found = sops.read_metadata(yamldoc.parse(data, path))
        if found is None:
            continue
        total += 1
        if not found.readable:
            foreign.append(path)
            continue
        try:
            sops.decrypt(data, path, keys)
        except NoKeyError:
            closed.append(path)
    if closed:
        names = f"{', '.join(closed[:SHOWN])}{' and others' if len(closed) > SHOWN else ''}"
        state: State = "fail" if len(closed) == total else "warn"
        mend = "someone who can: infra-tool secret recipient add age1... --name YOU"
        return Line(state, f"the key does not open {len(closed)} of {total} secrets: {names}", mend)
    if foreign:
        return Line("unchecked", f"{foreign[0]} is not for age keys alone", f"sops decrypt {foreign[0]}")
    return Line("ok", f"the key opens all {total} secrets" if total else "there is no secret yet")
