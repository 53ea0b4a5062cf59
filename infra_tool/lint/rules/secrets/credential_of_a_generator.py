"""A ConfigMap is generated with something that looks like a password or a token.

It is in the clear in the kustomization or in a file beside it, as in a ConfigMap that is written out (S014): everybody
who can read the repo, its clones or the logs of CI has it, and git keeps it for ever.

```yaml
configMapGenerator:
  - name: n8n
    literals:
      - DB_PASSWORD=hunter2-hunter2
```

Fix: put it into an encrypted Secret and refer to that. If it was ever pushed, give the service a new password as well.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Is
from infra_tool.lint import credentials
from infra_tool.lint.encryption import is_encrypted
from infra_tool.lint.kustomizations import kustomizations
from infra_tool.lint.mark import Mark, at
from infra_tool.lint.subject import Repo, Source
from infra_tool.yamldoc import Scalar, Sequence, lookup

CODE = "S026"
NAME = "credential-of-a-generator"
SEVERITY: Severity = "warning"

HELP = "put it into an encrypted Secret, and refer to that"
FILES = ("envs", "env")


def check(repo: Repo) -> Iterator[Mark]:
    """Yield literals, and lines of files of variables, that should be in a Secret."""
    for file in kustomizations(repo):
        for generator in file.generators:
            if generator.field != "configMapGenerator":
                continue
            listed = lookup(generator.node, "literals")
            for item in listed.values() if isinstance(listed, Sequence) else ():
                if isinstance(item, Scalar) and (what := credentials.assigned(item.value)) is not None:
                    yield at(file.file, item, f"{what} is in the clear", HELP)
            for entry in generator.files:
                target = repo.graph.places.target(file.directory, entry.text)
                source = repo.sources.get(target.path) if target.what is Is.FILE else None
                if entry.field.endswith(FILES) and source is not None and not is_encrypted(source):
                    yield from _lines(source)


def _lines(source: Source) -> Iterator[Mark]:
    for number, line in enumerate(source.data.decode(errors="replace").splitlines(), 1):
        what = None if line.lstrip().startswith("#") else credentials.assigned(line)
        if what is not None:
            yield Mark(source.path, number, 1, number, len(line) + 1, f"{what} is in the clear", HELP)
