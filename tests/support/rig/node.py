"""What makes pods of what the API server stores: the controllers of Kubernetes, its scheduler, and a node."""

import hashlib
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from rig import programs
from rig.kube import Kube
from rig.process import Process, ports, wait

PROGRAMS = ("kube-controller-manager", "kube-scheduler")
RUNTIME = ("containerd", "containerd-shim-runc-v2", "ctr", "runc", "kubelet")
NAME = "koala"
PAUSE = "rig.invalid/pause:1"
CGROUPS = Path("/sys/fs/cgroup")
STARTS = 180.0
PRIVATE = ("/run", "/opt", "/var/lib", "/var/log")
SETTINGS = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "net/ipv4/ip_forward": 1,
}
CONTAINERD = """\
version = 2
root = "{place}/containerd"
state = "{place}/state"
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "rig.invalid/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{place}/certs.d"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{cni}"
    conf_dir = "{place}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
"""
HOSTS = """\
server = "http://{registry}"
[host."http://{registry}"]
  capabilities = ["pull", "resolve"]
"""
KUBELET: dict[str, object] = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "failCgroupV1": False,
    "cgroupDriver": "cgroupfs",
    "cgroupsPerQOS": True,
    "address": "127.0.0.1",
    "healthzBindAddress": "127.0.0.1",
    "readOnlyPort": 0,
    "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
    "authorization": {"mode": "AlwaysAllow"},
    "failSwapOn": False,
    "enforceNodeAllocatable": [],
    "localStorageCapacityIsolation": False,
    "makeIPTablesUtilChains": False,
    "imageGCHighThresholdPercent": 100,
    "evictionHard": {"memory.available": "100Mi"},
    "maxOpenFiles": 65536,
}


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


class Node:
    """A node that runs pods: containerd and kubelet, in a mount namespace of their own.

    What they write beside their own directories goes to private ones, and the settings of the kernel that kubelet wants
    are files that say what it wants to read.
    """

    def __init__(self, place: Path, kube: Kube, registry: str) -> None:
        self.place = place
        self.kube = kube
        self.socket = place / "containerd.sock"
        self.name = f"rig-{secrets.token_hex(3)}"
        self._subnet = f"10.42.{secrets.randbelow(256)}.0/24"
        self._write(registry)

    def _write(self, registry: str) -> None:
        place, values = self.place, {"place": self.place, "name": self.name, "socket": self.socket, "cni": programs.CNI}
        files = {
            "containerd.toml": CONTAINERD.format(**values),
            f"certs.d/{registry}/hosts.toml": HOSTS.format(registry=registry),
            "cni/10-rig.conflist": json.dumps(self._network()),
            "kubelet.json": json.dumps(self._kubelet(*ports(2))),
            **{f"settings/{name.replace('/', '.')}": f"{value}\n" for name, value in SETTINGS.items()},
            "node.sh": self._script(),
        }
        for name, text in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text, encoding="utf-8")
        for name in PRIVATE:
            (place / "private" / name.strip("/")).mkdir(parents=True)

    def _script(self) -> str:
        """Return what makes the namespace and becomes containerd in it."""
        binds = [(f"{self.place}/private{name}", name) for name in PRIVATE]
        binds += [(f"{self.place}/settings/{name.replace('/', '.')}", f"/proc/sys/{name}") for name in SETTINGS]
        mounts = "".join(f"mount --bind {source} {target}\n" for source, target in binds)
        return f"set -e\nmount --make-rprivate /\n{mounts}exec containerd -c {self.place}/containerd.toml\n"

    def _network(self) -> dict[str, object]:
        """Return a network of pods that the node itself reaches, for its probes; no pod has a way out."""
        place = {"type": "host-local", "dataDir": f"{self.place}/ipam", "ranges": [[{"subnet": self._subnet}]]}
        bridge = {"type": "bridge", "bridge": self.name, "isGateway": True, "ipMasq": False, "ipam": place}
        return {"cniVersion": "1.0.0", "name": "rig", "plugins": [bridge]}

    def _kubelet(self, port: int, health: int) -> dict[str, object]:
        return {
            **KUBELET,
            "cgroupRoot": f"/{self.name}",
            "containerRuntimeEndpoint": f"unix://{self.socket}",
            "port": port,
            "healthzPort": health,
            "podLogsDir": f"{self.place}/podlogs",
        }

    def ctr(self, *arguments: str) -> str:
        """Ask containerd."""
        command = (str(programs.BIN / "ctr"), "-a", str(self.socket), "-n", "k8s.io", *arguments)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def forget(self, image: str) -> None:
        """Remove all versions of an image, so that the next pod has to pull."""
        for name in self.ctr("images", "ls", "-q").split():
            if name.startswith((f"{image}:", f"{image}@")):
                self.ctr("images", "rm", "--sync", name)

    def _is_up(self) -> bool:
        try:
            self.ctr("version")
        except subprocess.CalledProcessError:
            return False
        return True

    def _is_ready(self) -> bool:
        found = self.kube.get("v1", "Node", NAME) or {}
        conditions = found.get("status", {}).get("conditions", ())
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it; at the end nothing is left of it on the machine."""
        self._make_groups()
        unshare = ("unshare", "-m", "--propagation", "private", "sh", str(self.place / "node.sh"))
        try:
            with Process(programs.BIN, unshare, self.place / "containerd.log") as containerd:
                wait(self._is_up, "containerd", containerd, seconds=STARTS)
                self._import_pause()
                try:
                    with Process(programs.BIN, self._enter(containerd), self.place / "kubelet.log") as kubelet:
                        self.kube.parts += (containerd, kubelet)
                        wait(self._is_ready, "the node", *self.kube.parts, seconds=STARTS)
                        yield
                finally:
                    self._stop_pods()
        finally:
            self._remove()

    def _make_groups(self) -> None:
        """Make the groups below which all pods are, one in each hierarchy."""
        for parent in CGROUPS.iterdir():
            if (parent / "tasks").exists():
                (parent / self.name).mkdir()
            for name in ("cpuset.cpus", "cpuset.mems"):
                if (parent / name).exists():
                    (parent / self.name / name).write_text((parent / name).read_text())

    def _enter(self, containerd: Process) -> tuple[str, ...]:
        pid = containerd.log.with_suffix(".pid").read_text(encoding="utf-8").strip()
        root = f"--root-dir={self.place}/kubelet"
        config = (f"--config={self.place}/kubelet.json", f"--kubeconfig={self.kube.config}")
        return ("nsenter", "-m", "-t", pid, "kubelet", *config, f"--hostname-override={NAME}", root)

    def _import_pause(self) -> None:
        """Give it the image that holds a pod's namespaces, made from its source."""
        binary = compiled(programs.share("kubernetes") / "build/pause/linux/pause.c", self.place / "pause")
        archive = self.place / "pause.tar"
        archive.write_bytes(docker_archive(PAUSE, binary.read_bytes()))
        self.ctr("images", "import", str(archive))

    def _stop_pods(self) -> None:
        for task in self.ctr("tasks", "ls", "-q").split():
            subprocess.run(
                (str(programs.BIN / "ctr"), "-a", str(self.socket), "-n", "k8s.io", "tasks", "rm", "-f", task),
                check=False,
            )

    def _remove(self) -> None:
        """End what is left, all of it told by the node's own socket, and take away its network and groups."""
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if f"-address\0{self.socket}\0".encode() in process.read_bytes():
                    os.kill(int(process.parent.name), signal.SIGKILL)
        subprocess.run(("ip", "link", "del", self.name), check=False, capture_output=True)
        for group in CGROUPS.glob(f"*/{self.name}"):
            for inside in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
                with suppress(OSError):
                    inside.rmdir()
            with suppress(OSError):
                group.rmdir()


def compiled(source: Path, target: Path) -> Path:
    """Return a program made of one C file that needs nothing beside it."""
    subprocess.run(("gcc", "-static", "-Os", "-DVERSION=rig", "-o", str(target), str(source)), check=True)
    return target


def docker_archive(name: str, binary: bytes) -> bytes:
    """Return an image of one program, as `docker save` writes it."""
    layer = tarred({"pause": binary})
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": ["/pause"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    files = {"config.json": config, "manifest.json": manifest}
    return tarred({**{path: json.dumps(value).encode() for path, value in files.items()}, "layer.tar": layer})


def tarred(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o755
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def impossible() -> str:
    """Return why no node can run on this machine, whatever is installed; nothing when one can."""
    if os.getuid() != 0:
        return "a node needs root"
    return "" if (CGROUPS / "cpu" / "tasks").exists() else "a node of the rig needs cgroups of version 1"


def missing() -> str:
    """Return which programs of the system a node lacks; nothing when all are there."""
    absent = [name for name in ("unshare", "nsenter", "ip", "gcc") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""
