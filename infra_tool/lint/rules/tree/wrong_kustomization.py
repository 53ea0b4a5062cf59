"""A kustomization file is not one for kustomize: another apiVersion or kind, empty, or one of two in its directory.

Kustomize refuses to build such a directory. A missing apiVersion and kind are fine.

```yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1     # Flux's Kustomization, in a file named kustomization.yaml
kind: Kustomization
```

Fix: `apiVersion: kustomize.config.k8s.io/v1beta1` with `kind: Kustomization`, or `v1alpha1` with `kind: Component`. An
object of Flux belongs into a file of any other name, which the kustomization lists. Of two kustomization files, remove
one. One that is to include nothing says `resources: []`.
"""

from collections.abc import Iterator

from infra_tool.finding import Severity
from infra_tool.kustomize import Empty, Problem, TwoFiles, WrongHeader
from infra_tool.lint import fix
from infra_tool.lint.mark import Mark
from infra_tool.lint.problems import mark, problems
from infra_tool.lint.subject import Repo
from infra_tool.yamldoc import Scalar

CODE = "T009"
NAME = "wrong-kustomization"
SEVERITY: Severity = "error"


def check(repo: Repo) -> Iterator[Mark]:
    """Yield every kustomization file that kustomize would refuse as a whole."""
    for problem in problems(repo, WrongHeader, TwoFiles, Empty):
        yield fix.safely(mark(repo, problem), _fix(problem))


def _fix(problem: Problem) -> fix.Fix:
    """Return the fix for an apiVersion: there is one for each kind; which kind was meant, nobody can tell."""
    if not isinstance(problem, WrongHeader) or not isinstance(problem.node, Scalar):
        return ()
    is_clear = problem.name == "apiVersion" and not problem.is_flux
    return fix.replaced(problem.file, problem.node, problem.wanted) if is_clear else ()
