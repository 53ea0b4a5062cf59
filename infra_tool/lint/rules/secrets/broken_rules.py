r"""`.sops.yaml` has a rule that does not do what it should.

A pattern that Go cannot read, a rule behind one that matches first, one without recipients, or a mistyped key: sops
then encrypts to the wrong people, everything, or nothing, and says little about it. A rule that no file is for yet is a
warning, in a repo with `.infra-tool.yaml` an info: mostly its pattern is mistyped.

```yaml
creation_rules:
  - path_regex: \.enc\.ya?ml$
    age: age1qqqq                # the checksum is wrong
```

Fix: what the message says. Files that were encrypted by a wrong rule need `infra-tool secret rotate`.
"""

from collections.abc import Iterator

from infra_tool import sops
from infra_tool.finding import Severity
from infra_tool.lint.mark import Mark, on_line
from infra_tool.lint.subject import Repo

CODE = "S007"
NAME = "broken-rules"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield what is wrong with the rules themselves, and rules that are for nothing."""
    rules, source = repo.facts.rules, repo.sources.get(sops.PATH)
    if rules is None or source is None or source.file is None:
        return
    for problem in rules.problems:
        yield on_line(source.file, problem.line, problem.message)
    used = {rule.line for path in repo.tree.entries if path != sops.PATH and (rule := rules.match(path)) is not None}
    for rule in rules.rules:
        if not rule.problems and not rules.file_problems and rule.line not in used:
            mark = on_line(source.file, rule.line, f"no file matches this rule (path_regex {rule.path_regex})")
            yield mark._replace(severity="info" if repo.facts.is_ours else "warning")
