"""A file was not read, so no rule has seen it.

It is larger than 5 MiB, which Flux's decryption does not take either, has a name that is not UTF-8, or is a submodule,
whose files are not part of this repo.

```
bootstrap/cluster-backup.tar     # 12 MiB: might hold a private key
```

Fix: keep it elsewhere. What has to stay can be named in `.infra-tool.yaml`:

```yaml
lint:
  per_path_ignore:
    vendor/charts: [skipped-file]
```
"""

from collections.abc import Iterator

from infra_tool.edits import shown
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark
from infra_tool.lint.read import LEAVES
from infra_tool.lint.subject import Repo

CODE = "X006"
NAME = "skipped-file"
SEVERITY: Severity = "warning"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield each file that could not be read; a symlink that leaves the repo has a rule of its own."""
    for path, reason in repo.reasons.items():
        if reason != LEAVES:
            yield Mark(shown(path), 1, 1, None, None, f"not checked: {reason}", None)
