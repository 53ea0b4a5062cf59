"""An infra repo in memory, whose history is what bumps made of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from infra_tool.apps import Version
from infra_tool.deploy import Bumped, Policy, Source, Wanted, bump
from infra_tool.edits import Commit, MemoryTree, Overlay, Plan, Tree

CONFIG = "version: 1\nregistry: registry.example.test\nowner: team\n"
DEPLOYMENT = "spec: {{template: {{spec: {{containers: [{{name: main, image: '{image}'}}]}}}}}}\n"


@dataclass
class InfraRepo:
    """A snapshot that moves on: services n8n and supervisor of cluster koala, never deployed."""

    files: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    revision: None = None
    read_log: int = 0

    def __post_init__(self) -> None:
        self.files[".infra-tool.yaml"] = CONFIG
        self.files["clusters/koala/kustomization.yaml"] = "resources: [../../apps/n8n, ../../apps/supervisor]\n"
        for name in ("n8n", "supervisor"):
            self.files[f"apps/{name}/kustomization.yaml"] = "resources: [deployment.yaml]\n"
            self.run(name, "IMAGE_TAG")

    def run(self, name: str, version: str) -> None:
        """Write by hand what a service runs."""
        image = f"registry.example.test/team/{name}:{version}"
        self.files[f"apps/{name}/deployment.yaml"] = DEPLOYMENT.format(image=image)

    def runs(self, name: str = "n8n") -> str:
        """Return the tag that a service runs."""
        return self.files[f"apps/{name}/deployment.yaml"].rpartition(f"{name}:")[2].partition("'")[0]

    @property
    def tree(self) -> Tree:
        return MemoryTree({path: text.encode() for path, text in self.files.items()})

    def log(self, _paths: Iterable[str] = ()) -> Iterator[Commit]:
        self.read_log += 1
        yield from (Commit("0" * 40, 0, "a <b>", message) for message in reversed(self.messages))

    def plan(self, *words: str, source: Source | None = None, **policy: object) -> Plan[Bumped]:
        """Plan to bump `SERVICE=TAG[@DIGEST]` for each word."""
        pairs = [(name, *version.partition("@")[::2]) for name, _, version in (word.partition("=") for word in words)]
        wanted = [Wanted(service=name, version=Version(tag, digest or None)) for name, tag, digest in pairs]
        return bump(wanted, source or Source(), Policy(**policy))(self)  # type: ignore[arg-type]  # as given

    def bump(self, *words: str, source: Source | None = None, **policy: object) -> list[str]:
        """Plan, commit what was planned, and return what became of each service."""
        plan = self.plan(*words, source=source, **policy)
        if edits := plan.edits.effective(self.tree):
            tree = Overlay(self.tree, edits)
            self.files = {path: tree.read(path).decode() for path in tree.entries}
            self.messages.append(plan.message)
        return [service.action for service in plan.result.services]


@pytest.fixture
def repo() -> InfraRepo:
    """Return a new infra repo."""
    return InfraRepo()


@pytest.fixture(scope="session")
def make_repo() -> Callable[[], InfraRepo]:
    """Return what makes infra repos."""
    return InfraRepo
