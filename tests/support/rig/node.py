"""What makes pods of what the API server stores: the controllers of Kubernetes and its scheduler."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rig import programs
from rig.kube import Kube
from rig.process import Process, ports, wait

PROGRAMS = ("kube-controller-manager", "kube-scheduler")
STARTS = 120.0


@contextmanager
def controllers(place: Path, kube: Kube) -> Iterator[None]:
    """Run the controllers and the scheduler on an API server."""
    place.mkdir(mode=0o700)
    manages, schedules = ports(2)
    common = (f"--kubeconfig={kube.config}", "--leader-elect=false", "--bind-address=127.0.0.1")
    manager = (
        *("kube-controller-manager", *common, f"--secure-port={manages}", "--use-service-account-credentials=false"),
        *(f"--service-account-private-key-file={kube.signing_key}", f"--root-ca-file={kube.authority}"),
    )
    scheduler = ("kube-scheduler", *common, f"--secure-port={schedules}")
    with (
        Process(programs.BIN, manager, place / "controller-manager.log") as managing,
        Process(programs.BIN, scheduler, place / "scheduler.log") as scheduling,
    ):
        kube.parts += (managing, scheduling)
        wait(lambda: has_rules(kube, "admin"), "the ClusterRole admin", *kube.parts, seconds=STARTS)
        yield
        kube.parts.remove(managing)
        kube.parts.remove(scheduling)


def has_rules(kube: Kube, role: str) -> bool:
    """Tell whether the controllers have put together a ClusterRole that is the sum of others."""
    found = kube.get("rbac.authorization.k8s.io/v1", "ClusterRole", role) or {}
    return bool(found.get("rules"))
