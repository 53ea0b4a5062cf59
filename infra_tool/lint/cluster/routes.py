"""Where requests are led: Ingress, the routes of the Gateway API, Traefik's IngressRoute."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.kustomize.render.value import Leaf, Map, Value
from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.object import INGRESS, Kind, Object
from infra_tool.lint.cluster.values import get, leaf, maps, text

GATEWAY = tuple(
    Kind("gateway.networking.k8s.io", name) for name in ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
)
TRAEFIK = tuple(
    Kind(group, name)
    for group in ("traefik.io", "traefik.containo.us")
    for name in ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP")
)


class Backend(NamedTuple):
    """A Service that a route leads to; `port` is a number or a name, None where it gives none."""

    route: Object
    namespace: str
    name: Leaf
    port: Leaf | None


def backends(cluster: Cluster) -> Iterator[Backend]:
    """Yield every Service that something leads requests to."""
    for route in cluster.of(INGRESS):
        yield from _of_ingress(route)
    for kinds, rules, services in ((GATEWAY, "rules", "backendRefs"), (TRAEFIK, "routes", "services")):
        for route in cluster.of(*kinds):
            for rule in maps(route.value, "spec", rules):
                for one in maps(rule, services):
                    yield from _named(route, one)


def _of_ingress(route: Object) -> Iterator[Backend]:
    spec = get(route.value, "spec")
    yield from _ingress(route, get(spec, "defaultBackend", "service"))
    for rule in maps(spec, "rules"):
        for path in maps(rule, "http", "paths"):
            yield from _ingress(route, get(path, "backend", "service"))


def _ingress(route: Object, service: Value | None) -> Iterator[Backend]:
    name = leaf(service, "name")
    if name is not None:
        yield Backend(route, route.namespace, name, leaf(service, "port", "number") or leaf(service, "port", "name"))


def _named(route: Object, one: Map) -> Iterator[Backend]:
    name, kind = leaf(one, "name"), (text(one, "group"), text(one, "kind") or "Service")
    if name is not None and kind == ("", "Service") and "@" not in name.text:
        yield Backend(route, text(one, "namespace") or route.namespace, name, leaf(one, "port"))
