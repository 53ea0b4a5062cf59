"""What the API server demands that its schemas do not say: written from its validation, by type.

A type that is not here has no more demands than its schema; the walker meets each type once and needs no other pass.
"""

from collections.abc import Mapping

from infra_tool.schema.admission import (
    config,
    containers,
    extensions,
    jobs,
    network,
    pods,
    policies,
    scaling,
    selectors,
    volumes,
    workloads,
)
from infra_tool.schema.admission.facts import Facts, attach
from infra_tool.schema.admission.quantity import QUANTITY
from infra_tool.schema.shapes import Shape, Shapes

API = "io.k8s.api."
MACHINERY = "io.k8s.apimachinery.pkg.apis.meta.v1."
QUANTITY_TYPE = "io.k8s.apimachinery.pkg.api.resource.Quantity"


def _named(prefix: str, *tables: Mapping[str, Facts]) -> dict[str, Facts]:
    return {f"{prefix}{name}": facts for table in tables for name, facts in table.items()}


FACTS: dict[str, Facts] = {
    **_named(
        f"{API}core.v1.",
        containers.FACTS,
        pods.FACTS,
        volumes.FACTS,
        selectors.CORE,
        network.CORE,
        config.FACTS,
        workloads.TEMPLATE,
        policies.TOPOLOGY,
    ),
    **_named(f"{API}apps.v1.", workloads.APPS),
    **_named(f"{API}batch.v1.", jobs.BATCH),
    **_named(MACHINERY, selectors.META),
    **_named(f"{API}networking.v1.", network.NETWORKING),
    **_named(f"{API}rbac.v1.", policies.RBAC),
    **_named(f"{API}autoscaling.v2.", scaling.AUTOSCALING),
    **_named(f"{API}autoscaling.v1.", scaling.AUTOSCALING_1),
    **_named(f"{API}node.v1.", policies.NODE),
    **_named(f"{API}coordination.v1.", policies.LEASE),
    **_named(f"{API}discovery.v1.", network.DISCOVERY),
    **_named(f"{API}policy.v1.", policies.POLICY),
    **_named(f"{API}storage.v1.", policies.STORAGE),
    **_named(f"{API}scheduling.v1.", policies.SCHEDULING),
    **_named(f"{API}admissionregistration.v1.", extensions.ADMISSION),
    **_named("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.", extensions.EXTENSIONS),
}
"""By the name of the definition."""


def complete(name: str, shape: Shape, shapes: Shapes) -> Shape:
    """Return the shape of a definition of Kubernetes with what is known beyond it."""
    if name == QUANTITY_TYPE:
        return shape._replace(demand=QUANTITY)
    facts = FACTS.get(name)
    known = attach(shape, facts, shapes) if facts is not None else shape
    return known._replace(is_go=True)
