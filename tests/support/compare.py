"""The defects of tests/data/defects as infra-tool and other programs see them: a table in Markdown on stdout.

`nox -s compare` runs it, with kustomize and kubeconform on PATH. kustomize builds each directory that a changed file
can matter to; kubeconform gets what it builds, and the schemas of kubernetes-validate; kubernetes-validate the changed
files. What they say of the clean repo already does not count as found. With a number N, every Nth case is asked about.
"""

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import defects
import kubernetes_validate  # noqa: TID253 -- it is what is compared with
import yaml
from defects import Case, Files

from infra_tool import lint, repo
from infra_tool.edits import MemoryTree

VERSION = "1.33"
PROGRAMS = ("infra-tool", "kubernetes-validate", "kustomize", "kubeconform")
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
ROOT = re.compile(r"^  path: \.?/?(\S+)$", re.MULTILINE)
KIND = re.compile(r"^kind: (\w+)$", re.MULTILINE)
SHARED = "/api/_definitions.json#"
NEEDS = re.compile(r'"#/\$defs/([^"]+)"')
NOISE = re.compile(r"/\S*/copy/|file:///\S*/|0x\w+")
WITH_PLACE = re.compile(r"([\w./-]*\w):? ?(?:line )?:?(\d+)")

Said = dict[str, set[str]]


def main(step: int = 1) -> None:
    """Ask about every case, or one of some, and print the table."""
    clean = defects.clean()
    known = said(clean, set(clean), roots(clean))
    found: Counter[tuple[str, str]] = Counter()
    placed: Counter[tuple[str, str]] = Counter()
    sizes: Counter[str] = Counter()
    with ProcessPoolExecutor() as pool:
        for case, told in pool.map(_asked, list(defects.cases())[::step]):
            sizes[case.category] += 1
            wanted = _wanted(case, clean)
            for program, messages in told.items():
                new = messages - known[program]
                found[case.category, program] += bool(new)
                placed[case.category, program] += any(wanted in _places(text) for text in new)
            print(end=".", file=sys.stderr, flush=True)
    show(sizes, found, placed, {program: len(messages) for program, messages in known.items()})


def _asked(case: Case) -> tuple[Case, Said]:
    clean = defects.clean()
    files = case.files(clean)
    changed = {path for path in files if files[path] != clean.get(path)} | (clean.keys() - files.keys())
    return case, said(files, changed, affected(files, changed))


def _wanted(case: Case, clean: Files) -> tuple[str, int] | None:
    return (case.path, case.number(case.files(clean))) if case.line else None


def _places(text: str) -> set[tuple[str, int]]:
    return {(path, int(line)) for path, line in WITH_PLACE.findall(text)}


def roots(files: Files) -> set[str]:
    """Return the directories that Flux builds."""
    texts = (data.decode(errors="replace") for path, data in files.items() if path.startswith("clusters/"))
    return {path.strip("/") for text in texts for path in ROOT.findall(text) if f"{path}/kustomization.yaml" in files}


def affected(files: Files, changed: set[str]) -> set[str]:
    """Return those of them that a change may matter to."""
    parts = {"/".join(path.split("/")[:2]) for path in changed}
    shared = any(path.startswith("components/") for path in changed)
    return {root for root in roots(files) if shared or "/".join(root.split("/")[:2]) in parts}


def said(files: Files, changed: set[str], built: set[str]) -> Said:
    """Return what each program says of some files."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        for path, data in files.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(data)
        builds = {root: _run("kustomize", "build", str(copy / root)) for root in sorted(built)}
        conform = "".join(f"---\n{done.stdout}" for done in builds.values())
        return {
            "infra-tool": set(_own(files)),
            "kubernetes-validate": set(_validated(files, changed)),
            "kustomize": {NOISE.sub("", done.stderr) for done in builds.values() if done.returncode},
            "kubeconform": set(_conform(conform)),
        }


def _own(files: Files) -> Iterator[str]:
    tree = MemoryTree(files)
    for each in lint.run(tree, repo.load_config(tree)).findings:
        if each.severity != "info":
            yield f"{each.path}:{each.line}: {each.code} {each.message}"


def _validated(files: Files, changed: set[str]) -> Iterator[str]:
    for path in sorted(changed & files.keys()):
        if path.endswith((".yaml", ".yml")) and not path.startswith("."):
            try:
                documents = list(yaml.safe_load_all(files[path].decode()))
            except (yaml.YAMLError, UnicodeDecodeError) as error:
                yield f"{path}: {error}"
                continue
            for document in documents:
                yield from _valid(path, document)


def _valid(path: str, document: object) -> Iterator[str]:
    try:
        kubernetes_validate.validate(document, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{path}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError:
        return
    except Exception as error:  # noqa: BLE001 -- it ends with a traceback: that is not silent
        yield f"{path}: {type(error).__name__}"


def _conform(text: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as place:
        for kind in set(KIND.findall(text)):
            for name, schema in _schemas(kind.lower()).items():
                (Path(place) / name).write_text(schema, encoding="utf-8")
        location = f"{place}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        options = ("-strict", "-ignore-missing-schemas", "-output", "json", "-schema-location", location)
        done = _run("kubeconform", *options, "-", given=text)
    for each in json.loads(done.stdout or "{}").get("resources", ()):
        if each["status"] in ("statusInvalid", "statusError"):
            yield NOISE.sub("", f"{each['kind']} {each['name']}: {each['msg']}")


@functools.cache
def _definitions() -> tuple[Path, dict[str, str]]:
    """Return the directory of the schemas, and the definitions that they share."""
    place = next(SCHEMAS.glob(f"v{VERSION}*-local-strict"))
    shared = json.loads((place / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    return place, {name: json.dumps(value).replace(SHARED, "#") for name, value in shared.items()}


@functools.cache
def _schemas(kind: str) -> dict[str, str]:
    """Return the schemas of a kind by file name, each with the definitions that it needs, as kubeconform wants them."""
    place, shared = _definitions()
    found = {}
    for path in place.glob(f"{kind}-*.json"):
        text = path.read_text(encoding="utf-8").replace(SHARED, "#")
        needed: dict[str, str] = {}
        pending = NEEDS.findall(text)
        while pending:
            name = pending.pop()
            if name not in needed:
                needed[name] = shared[name]
                pending += NEEDS.findall(shared[name])
        inner = ", ".join(f"{json.dumps(name)}: {value}" for name, value in needed.items())
        found[path.name] = f'{{"$defs": {{{inner}}}, {text.strip()[1:]}'
    return found


def _run(*command: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)


def show(
    sizes: Counter[str],
    found: Counter[tuple[str, str]],
    placed: Counter[tuple[str, str]],
    false: dict[str, int],
) -> None:
    """Print what was found, and in brackets how often the file and line were named."""
    print("| category | defects |", " | ".join(PROGRAMS), "|")
    print("|---|---|" + "---|" * len(PROGRAMS))
    planted = [name for name in sizes if name != defects.HARMLESS]
    for name in planted:
        print(f"| {name} | {sizes[name]} |", " | ".join(_cell(found, placed, [name])), "|")
    total = sum(sizes[name] for name in planted)
    print(f"| **all** | {total} |", " | ".join(_cell(found, placed, planted)), "|")
    told = (str(found[defects.HARMLESS, program]) for program in PROGRAMS)
    print(f"| harmless, told all the same | {sizes[defects.HARMLESS]} |", " | ".join(told), "|")
    print("| said of the clean repo | |", " | ".join(str(false[program]) for program in PROGRAMS), "|")


def _cell(found: Counter[tuple[str, str]], placed: Counter[tuple[str, str]], names: list[str]) -> Iterator[str]:
    for program in PROGRAMS:
        yield f"{sum(found[name, program] for name in names)} ({sum(placed[name, program] for name in names)})"


if __name__ == "__main__":
    missing = [name for name in ("kustomize", "kubeconform") if shutil.which(name) is None]
    sys.exit(f"not installed: {', '.join(missing)}") if missing else main(*map(int, sys.argv[1:2]))
