"""What the fields of Flux's kinds must meet together (CEL rules of their definitions, written anew)."""

from collections.abc import Iterator

from infra_tool.schema.demand import Condition
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Code, Violation
from infra_tool.schema.words import listed

CODE: Code = "K203"


def _one_of(here: Here | None, *fields: str, what: str) -> Iterator[Violation]:
    if here is None or here.is_open:
        return
    given = [name for name in fields if name in here]
    if len(given) > 1:
        yield here.wrong(CODE, here.key(given[1]), f"{what} takes only one of {listed(fields)}", "remove one of them")
    elif not given:
        yield here.lacking(CODE, f"{what} needs {' or '.join(fields)}", *fields)


def _only(here: Here, field: str, *, fits: bool, message: str) -> Iterator[Violation]:
    if field in here and not fits:
        yield here.wrong(CODE, here.key(field), message)


def _cluster(root: Here) -> Iterator[Violation]:
    yield from _one_of(root.inside("spec", "kubeConfig"), "configMapRef", "secretRef", what="kubeConfig")


def _chart(root: Here) -> Iterator[Violation]:
    yield from _one_of(root.inside("spec"), "chart", "chartRef", what="a HelmRelease")


def _strategies(root: Here) -> Iterator[Violation]:
    for action in ("install", "upgrade"):
        strategy = root.inside("spec", action, "strategy")
        if strategy is not None:
            name = strategy.text("name")
            fits = name in (None, "RetryOnFailure")
            message = f"retryInterval is for the strategy RetryOnFailure only, not for {name}"
            yield from _only(strategy, "retryInterval", fits=fits, message=message)


def _account(root: Here) -> Iterator[Violation]:
    spec = root.inside("spec")
    if spec is not None:
        provider = spec.text("provider") if spec.is_given("provider") else "generic"
        message = f"serviceAccountName is for the providers aws and azure only, not for {provider}"
        yield from _only(spec, "serviceAccountName", fits=provider in (None, "aws", "azure"), message=message)


def _verifies(root: Here) -> Iterator[Violation]:
    spec, source = root.inside("spec"), root.inside("spec", "sourceRef")
    kind = source.text("kind") if source is not None else None
    if spec is not None:
        message = f"verify is for charts of a HelmRepository only, not of a {kind}"
        yield from _only(spec, "verify", fits=kind in (None, "HelmRepository"), message=message)


def _bucket(root: Here) -> Iterator[Violation]:
    spec = root.inside("spec")
    provider = spec.text("provider") if spec is not None and spec.is_given("provider") else "generic"
    if spec is None or provider is None:
        return
    message = "serviceAccountName is not for the provider generic"
    yield from _only(spec, "serviceAccountName", fits=provider != "generic", message=message)
    message = "a Bucket takes only one of secretRef and serviceAccountName"
    yield from _only(spec, "serviceAccountName", fits="secretRef" not in spec, message=message)
    message = f"sts is for the providers aws and generic only, not for {provider}"
    yield from _only(spec, "sts", fits=provider in ("aws", "generic"), message=message)
    sts = spec.inside("sts")
    if sts is not None:
        yield from _tokens(sts, provider)


def _tokens(sts: Here, provider: str) -> Iterator[Violation]:
    by = sts.text("provider")
    if by is not None and {"aws": "aws", "generic": "ldap"}.get(provider, by) != by:
        yield sts.wrong(CODE, "provider", f"sts.provider {by} is not for the provider {provider}")
    for name in ("secretRef", "certSecretRef"):
        yield from _only(sts, name, fits=by != "aws", message=f"{name} is not for the sts.provider aws")


def _receiver(root: Here) -> Iterator[Violation]:
    spec = root.inside("spec")
    kind = spec.text("type") if spec is not None else None
    if spec is None or kind is None:
        return
    needed, other = ("oidcProviders", "secretRef") if kind == "generic-oidc" else ("secretRef", "oidcProviders")
    yield from _only(spec, other, fits=False, message=f"a Receiver of type {kind} takes no {other}")
    if needed not in spec:
        yield spec.lacking(CODE, f"a Receiver of type {kind} needs {needed}", needed)


CONDITIONS: dict[tuple[str, str], tuple[Condition, ...]] = {
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): (_cluster,),
    ("helm.toolkit.fluxcd.io", "HelmRelease"): (_chart, _cluster, _strategies),
    ("source.toolkit.fluxcd.io", "GitRepository"): (_account,),
    ("source.toolkit.fluxcd.io", "HelmChart"): (_verifies,),
    ("source.toolkit.fluxcd.io", "Bucket"): (_bucket,),
    ("notification.toolkit.fluxcd.io", "Receiver"): (_receiver,),
}
"""By group and kind."""
