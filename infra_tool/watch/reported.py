"""The commit statuses that Flux's notification-controller sets on Gitea.

Its Provider of type gitea names each `kustomization/NAME/ID` (fluxcd/notification-controller,
internal/notifier/util.go). Flux skips commits when several are pushed at once: a later one that holds ours counts too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from infra_tool.gitea import Client
from infra_tool.watch.seen import Seen, State, together

PREFIX = "kustomization/"
STATES: Mapping[str, State] = {"success": "applied", "failure": "failed", "error": "failed"}
BEFORE = 20
"""How many earlier commits are looked through for the Flux Kustomizations that report."""

Statuses = dict[str, Seen]


@dataclass(frozen=True)
class Reported:
    """Tells what Flux reported of `commit` on `branch` of a repo: a name of owner and repo."""

    client: Client
    repo: tuple[str, str]
    branch: str
    commit: str
    _known: dict[str, Statuses] = field(default_factory=dict)

    def __call__(self) -> Seen:
        """Look; raises InfraToolError as the API does."""
        names = self._names()
        if self.commit not in names:
            return Seen("pending", f"{self.commit[:12]} is not on {self.branch}")
        place = names.index(self.commit)
        found: Statuses = {}
        for name in reversed(names[: place + 1]):
            # What holds our commit and was applied stays applied, whatever comes later.
            done = {context for context, seen in found.items() if seen.state == "applied"}
            found |= {context: seen for context, seen in self._statuses(name).items() if context not in done}
        expected = self._expected(names[place + 1 :])
        if not found and not expected:
            return Seen("pending", "Flux has reported nothing yet (new-cluster makes the Provider and Alert for it)")
        waiting = Seen("pending", "nothing is reported yet")
        return together((name.removeprefix(PREFIX), found.get(name, waiting)) for name in {**expected, **found})

    def _names(self) -> list[str]:
        """Return the last commits of the branch, newest first."""
        query = f"?sha={quote(self.branch, safe='')}&limit=50&stat=false&verification=false&files=false"
        listed = self.client.send("GET", ("repos", *self.repo, "commits"), query=query).value
        return [str(each["sha"]) for each in listed if "sha" in each] if isinstance(listed, list) else []

    def _expected(self, earlier: list[str]) -> Statuses:
        """Return the statuses of the last commit before ours that has any: the same will be reported of ours."""
        for name in earlier[:BEFORE]:
            if name not in self._known:
                self._known[name] = self._statuses(name)
            if self._known[name]:
                return self._known[name]
        return {}

    def _statuses(self, commit: str) -> Statuses:
        value = self.client.get("repos", *self.repo, "commits", commit, "status")
        entries = value.get("statuses") if isinstance(value, dict) else None
        return dict(_flux(entries if isinstance(entries, list) else []))


def _flux(entries: list[object]) -> Iterator[tuple[str, Seen]]:
    for entry in entries:
        context = str(entry.get("context", "")) if isinstance(entry, dict) else ""
        if isinstance(entry, dict) and context.startswith(PREFIX):
            about = str(entry.get("description") or entry.get("status"))
            yield context.rpartition("/")[0], Seen(STATES.get(str(entry.get("status")), "pending"), about)
