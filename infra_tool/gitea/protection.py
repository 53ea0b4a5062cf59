"""The protection of the branch that Flux follows: who may push, and what no push may change.

Gitea matches whole paths, in lower case; `*` stops at `/` and at `.`, `**` stops nowhere.
"""

import re
from collections.abc import Iterable, Iterator

from infra_tool.gitea.client import Client
from infra_tool.gitea.step import Call, Repo, Step

ONE_PART = "[^./]*"


def is_covered(patterns: Iterable[str], path: str) -> bool:
    """Tell whether Gitea takes a path for protected; of what a pattern can hold, only `*` and `**` are ours."""
    return any(_regex(pattern).fullmatch(path.lower()) for pattern in patterns)


def _regex(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*?)", pattern.lower())
    stars = {"*": ONE_PART, "**": ".*"}
    return re.compile("".join(stars.get(part) or re.escape(part) for part in parts), re.DOTALL)


def plan(client: Client, repo: Repo, branch: str, patterns: Iterable[str], pusher: str) -> Iterator[Step]:
    """Yield what becomes of the rule for `branch`.

    `pusher` and deploy keys that may write can push, nobody can force, and no push changes what matches `patterns`. Who
    may push already and what is protected already stays so.
    """
    path = repo.path("branch_protections")
    found = client.get(*path, branch)
    before: dict[str, object] = found if isinstance(found, dict) else {}
    wanted = _rule(before, patterns, pusher)
    is_other = any(before.get(key) != value for key, value in wanted.items())
    detail = f"by pull request only: {wanted['protected_file_patterns']}"
    if not before and not _is_pushed(client, repo, branch):
        yield Step(
            "branch protection", branch, "open", f"push {branch} first: its first push is one that it would refuse"
        )
    elif not before:
        yield Step(
            "branch protection", branch, "create", detail, (Call("POST", path, {"rule_name": branch, **wanted}),)
        )
    elif is_other:
        # Gitea takes what belongs together only together.
        yield Step("branch protection", branch, "update", detail, (Call("PATCH", (*path, branch), wanted),))
    else:
        yield Step("branch protection", branch, "keep", detail)


def _is_pushed(client: Client, repo: Repo, branch: str) -> bool:
    """Tell whether there is such a branch; `branches/` answers 500 until Gitea has noticed a first push."""
    refs = client.listed(*repo.path("git", "refs", "heads", *branch.split("/")))
    return any(ref.get("ref") == f"refs/heads/{branch}" for ref in refs)


def _rule(before: dict[str, object], patterns: Iterable[str], pusher: str) -> dict[str, object]:
    """Return the part of the rule that is ours."""
    told = str(before.get("protected_file_patterns") or "")
    kept = [pattern.strip() for pattern in told.split(";") if pattern.strip()]
    names = before.get("push_whitelist_usernames")
    users = [str(name) for name in names] if isinstance(names, list) else []
    is_listed = pusher.lower() in {name.lower() for name in users}
    return {
        "enable_push": True,
        "enable_push_whitelist": True,
        "push_whitelist_usernames": users if is_listed else [*users, pusher],
        "push_whitelist_deploy_keys": True,
        "enable_force_push": False,
        "protected_file_patterns": ";".join(dict.fromkeys((*kept, *patterns))),
    }
