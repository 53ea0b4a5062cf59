"""API versions of Flux that were deprecated and taken away, by minor version of Flux.

Source: the announcements of the releases, https://fluxcd.io/blog/ (2.0, 2.2, 2.3, 2.5, 2.6, 2.7, 2.8, 2.9).
"""

from typing import NamedTuple

from infra_tool.schema.lifetimes import Lifetime

SOURCE = "source.toolkit.fluxcd.io"
NOTIFICATION = "notification.toolkit.fluxcd.io"
IMAGES = ("ImageRepository", "ImagePolicy", "ImageUpdateAutomation")
SOURCES = ("GitRepository", "HelmRepository", "HelmChart", "Bucket")

_LIFETIMES: dict[tuple[str, tuple[str, ...]], tuple[Lifetime, str]] = {
    ("kustomize.toolkit.fluxcd.io/v1beta1", ("Kustomization",)): (Lifetime("2.0", "2.7"), "v1"),
    ("kustomize.toolkit.fluxcd.io/v1beta2", ("Kustomization",)): (Lifetime("2.0", "2.8"), "v1"),
    ("helm.toolkit.fluxcd.io/v2beta1", ("HelmRelease",)): (Lifetime("2.2", "2.7"), "v2"),
    ("helm.toolkit.fluxcd.io/v2beta2", ("HelmRelease",)): (Lifetime("2.3", "2.8"), "v2"),
    (f"{SOURCE}/v1beta1", SOURCES): (Lifetime("2.0", "2.7"), "v1"),
    (f"{SOURCE}/v1beta2", ("GitRepository",)): (Lifetime("2.0", "2.8"), "v1"),
    (f"{SOURCE}/v1beta2", ("HelmRepository", "HelmChart")): (Lifetime("2.3", "2.8"), "v1"),
    (f"{SOURCE}/v1beta2", ("Bucket",)): (Lifetime("2.5", "2.8"), "v1"),
    (f"{SOURCE}/v1beta2", ("OCIRepository",)): (Lifetime("2.6", "2.8"), "v1"),
    (f"{NOTIFICATION}/v1beta1", ("Provider", "Alert")): (Lifetime("2.0", "2.7"), "v1beta3"),
    (f"{NOTIFICATION}/v1beta1", ("Receiver",)): (Lifetime("2.0", "2.7"), "v1"),
    (f"{NOTIFICATION}/v1beta2", ("Provider", "Alert")): (Lifetime("2.2", "2.8"), "v1beta3"),
    (f"{NOTIFICATION}/v1beta2", ("Receiver",)): (Lifetime("2.0", "2.8"), "v1"),
    ("image.toolkit.fluxcd.io/v1beta1", IMAGES): (Lifetime("2.0", "2.7"), "v1"),
    ("image.toolkit.fluxcd.io/v1beta2", IMAGES): (Lifetime("2.7", "2.9"), "v1"),
}


class Outdated(NamedTuple):
    """When an API version was deprecated and removed, by minor version of Flux, and the one to write instead."""

    lifetime: Lifetime
    best: str


_BY_KIND = {
    (version, kind): Outdated(lifetime, f"{version.partition('/')[0]}/{best}")
    for (version, kinds), (lifetime, best) in _LIFETIMES.items()
    for kind in kinds
}


def lifetime(api_version: str | None, kind: str | None) -> Outdated | None:
    """Return when a kind of Flux was deprecated in an API version, and the one to write instead."""
    return _BY_KIND.get((api_version or "", kind or ""))
