"""Flux's source-controller and kustomize-controller at work on the rig's API server."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rig import programs
from rig.kube import Kube
from rig.process import Process, ports, wait

PARTS = ("source-controller", "kustomize-controller")
SOURCES = "source.toolkit.fluxcd.io/v1"
KUSTOMIZATIONS = "kustomize.toolkit.fluxcd.io/v1"
REQUEST = "reconcile.fluxcd.io/requestedAt"
ESTABLISHED = 60.0
APPLIES = 180.0
"""Seconds until a commit is applied, or not; by polling it takes up to half a minute where nothing else runs."""


def definitions() -> Iterator[dict[str, Any]]:
    """Yield the definitions of the kinds of Flux, as its controllers ship them."""
    for part in PARTS:
        for path in sorted((programs.share(part) / "config/crd/bases").glob("*.yaml")):
            yield from (one for one in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader) if one)


def define(kube: Kube) -> None:
    """Make the kinds of Flux known to the API server, and its namespace."""
    kube.has(["flux-system"])
    for one in definitions():
        answer = kube.apply(one)
        assert answer.is_ok, answer
    for one in definitions():
        spec = one["spec"]
        of = (f"{spec['group']}/{spec['versions'][-1]['name']}", spec["names"]["kind"])
        wait(lambda of=of: kube.path(*of), f"the kind {of[1]}", *kube.parts, seconds=ESTABLISHED)


class Flux:
    """What Flux does with the infra repo of the cluster koala."""

    def __init__(self, kube: Kube, *parts: Process) -> None:
        self.kube = kube
        self.parts = (*kube.parts, *parts)

    def request(self, source: str = "infra") -> None:
        """Ask for the source to be fetched now, as a webhook does."""
        path = self.kube.path(SOURCES, "GitRepository", "flux-system", source)
        now = datetime.now(UTC).isoformat()
        body = {"metadata": {"annotations": {REQUEST: now}}}
        answer = self.kube.ask("PATCH", str(path), body, "application/merge-patch+json")
        assert answer.is_ok, answer

    def settled(self, sha: str, name: str = "cluster-koala") -> dict[str, Any]:
        """Return the condition Ready of a Flux Kustomization when it is through with a commit, whatever came of it."""

        def condition() -> dict[str, Any] | None:
            found = self.kube.get(KUSTOMIZATIONS, "Kustomization", name, "flux-system") or {}
            status = found.get("status", {})
            if not str(status.get("lastAttemptedRevision", "")).endswith(f":{sha}"):
                return None
            ready = [one for one in status.get("conditions", ()) if one["type"] == "Ready"]
            return next((one for one in ready if one["status"] != "Unknown"), None)

        return wait(condition, f"{name} at {sha}", *self.parts, seconds=APPLIES)


@contextmanager
def running(place: Path, kube: Kube) -> Iterator[Flux]:
    """Run the controllers on an API server; they keep what they fetch under `place`."""
    define(kube)
    store = place / "store"
    store.mkdir(parents=True, mode=0o700)
    (place / "home").mkdir()
    served, *others = ports(5)
    environ = {
        "KUBECONFIG": str(kube.config),
        "RUNTIME_NAMESPACE": "flux-system",
        "HOME": str(place / "home"),
    }
    source = (
        *("source-controller", f"--storage-path={store}", f"--storage-addr=127.0.0.1:{served}"),
        *(f"--storage-adv-addr=127.0.0.1:{served}", *_common(*others[:2])),
    )
    kustomize = (
        *("kustomize-controller", "--no-remote-bases", "--requeue-dependency=5s"),
        *("--feature-gates=CancelHealthCheckOnNewRevision=true", *_common(*others[2:])),
    )
    with (
        Process(programs.BIN, source, place / "source-controller.log", environ=environ) as fetches,
        Process(programs.BIN, kustomize, place / "kustomize-controller.log", environ=environ) as applies,
    ):
        yield Flux(kube, fetches, applies)


def _common(metrics: int, health: int) -> tuple[str, ...]:
    return (
        *("--events-addr=", "--log-encoding=console"),
        *(f"--metrics-addr=127.0.0.1:{metrics}", f"--health-addr=127.0.0.1:{health}"),
    )
