"""Flux Kustomizations that depend on each other."""

from collections.abc import Callable

from infra_tool.lint.report import Report


def flux(number: int, needed: int) -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: a{number}, namespace: flux-system}}\n"
        "spec:\n  path: ./clusters/koala\n  prune: true\n  sourceRef: {kind: GitRepository, name: flux-system}\n"
        f"  dependsOn: [{{name: a{needed}}}]\n"
    )


def test_a_circle_of_any_length_is_found(judged: Callable[..., Report]) -> None:
    count = 1500
    text = "---\n".join(flux(number, (number + 1) % count) for number in range(count))
    files = {"clusters/koala/kustomization.yaml": "resources: [a.yaml]\n", "clusters/koala/a.yaml": text}
    report = judged(files, "F004")
    assert not report.is_broken
    (found,) = (one for one in report.findings if one.code == "F004")
    assert found.message.startswith("a0 -> a1 -> a2 -> ")
    assert found.message.endswith(f" -> a{count - 1} -> a0: none of them is ever applied")
