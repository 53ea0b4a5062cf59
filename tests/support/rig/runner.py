"""A runner for the workflows of a real Gitea: its protocol by JSON over HTTP, the jobs by act on this very host.

Stands in for Gitea's own, which is not to be had as a Go module. https://docs.gitea.com/usage/actions/act-runner tells
what that one does. Gitea gives it a job whose `if:` is false, or whose `needs` failed, with all secrets, and relies on
the runner to skip it.
"""

import base64
import datetime as dt
import json
import os
import re
import shutil
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, Literal

import actions
import yaml
from rig import programs
from rig.gitea import Gitea
from rig.process import Process

LABEL = "koala"
SERVICE = "/api/actions/runner.v1.RunnerService"
POLL = 0.2
AT_ONCE = 10
SECRET = 16
LASTS = 480.0
"""Seconds that a job may take."""

QUOTED = re.compile(rb'^(\s+timeout-minutes: )"(\d+)"', re.MULTILINE)
"""Gitea writes the number as text, as its own runner wants it; act wants a number."""

Result = Literal["RESULT_SUCCESS", "RESULT_FAILURE", "RESULT_SKIPPED"]
Task = Mapping[str, Any]


class Runner:
    """A runner that does several jobs at once; `environ` is what its host gives to each job, and may change."""

    name = "the runner"

    def __init__(self, gitea: Gitea, place: Path) -> None:
        self.environ: dict[str, str] = {}
        self.secrets: set[str] = set()
        """Lines of secrets that jobs were given, their own tokens included."""
        self.left: list[str] = []
        """Files that jobs left behind with a secret in them."""
        self._gitea = gitea
        self._place = place
        self._ending = Event()
        self._is_paused = False
        self._problems: list[str] = []
        self._headers: dict[str, str] = {}

    @property
    def is_running(self) -> bool:
        return not self._problems

    def tail(self) -> str:
        """Return the problems of the runner itself, under its name; what jobs print is in their logs."""
        return "\n".join((f"--- {self.name} ({self._place})", *self._problems))

    def register(self, token: str) -> None:
        about = {"name": LABEL, "token": token, "version": "rig", "labels": [LABEL]}
        found = self._call("Register", about)["runner"]
        self._headers = {"x-runner-uuid": found["uuid"], "x-runner-token": found["token"]}
        self._call("Declare", {"version": "rig", "labels": [LABEL]})

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Begin no job until the end of the block, so that those of several repos begin at once then."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    def work(self) -> None:
        """Do jobs until the end, each in a thread of its own."""
        jobs: list[Thread] = []
        while not self._ending.is_set():
            jobs = [job for job in jobs if job.is_alive()]
            task = None if self._is_paused or len(jobs) == AT_ONCE else self._fetch()
            if task is None:
                self._ending.wait(POLL)
            else:
                jobs.append(Thread(target=self._do, args=(task,)))
                jobs[-1].start()
        for job in jobs:
            job.join()

    def end(self) -> None:
        self._ending.set()

    def _fetch(self) -> Task | None:
        try:
            task: Task | None = self._call("FetchTask", {"tasksVersion": "0"}).get("task")
        except Exception:  # noqa: BLE001 -- told by whoever waits for a job
            self._problems.append(traceback.format_exc())
            return None
        return task

    def _call(self, method: str, message: object) -> Any:  # noqa: ANN401 -- JSON
        answer = self._gitea.ask("POST", f"{SERVICE}/{method}", message, self._headers)
        assert answer.is_ok, (method, answer.status, answer.body)
        return answer.body

    def _do(self, task: Task) -> None:
        started = _now()
        try:
            self._tell(task, *self._result(task), started)
        except Exception:  # noqa: BLE001 -- told by whoever waits for the job
            self._problems.append(traceback.format_exc())

    def _tell(self, task: Task, result: Result, log: str, started: str) -> None:
        """Tell Gitea how a job went."""
        rows = [{"time": _now(), "content": line} for line in log.splitlines()]
        self._call("UpdateLog", {"taskId": task["id"], "index": "0", "rows": rows, "noMore": True})
        state = {"id": task["id"], "result": result, "startedAt": started, "stoppedAt": _now(), "steps": []}
        self._call("UpdateTask", {"state": state, "outputs": {}})

    def _result(self, task: Task) -> tuple[Result, str]:
        workflow = yaml.safe_load(base64.b64decode(task["workflowPayload"]))
        (job,) = workflow["jobs"].values()
        is_met = all(need["result"] == "RESULT_SUCCESS" for need in (task.get("needs") or {}).values())
        if not (is_met and actions.evaluate(str(job.get("if", "true")), {"github": task["context"]})):
            return "RESULT_SKIPPED", ""
        place = self._place / str(task["id"])
        try:
            return self._act(task, place)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _act(self, task: Task, place: Path) -> tuple[Result, str]:
        """Run a job in an empty directory; its log is not masked, so that it shows what the job itself lets out."""
        own = {"TMPDIR": place / "temporary", "XDG_RUNTIME_DIR": place / "run", "XDG_CACHE_HOME": place / "cache"}
        for directory in (place / "work", *own.values()):
            directory.mkdir(mode=0o700, parents=True)
        for name, value in (("secrets.yml", task.get("secrets")), ("vars.yml", task.get("vars"))):
            (place / name).write_text(json.dumps(value or {}), encoding="utf-8")
            (place / name).chmod(0o600)
        (place / "event.json").write_text(json.dumps(task["context"]["event"]), encoding="utf-8")
        (place / "job.yml").write_bytes(QUOTED.sub(rb"\1\2", base64.b64decode(task["workflowPayload"])))
        with Process(
            programs.BIN, _command(task["context"], place), place / "act.log",
            environ={**{name: str(directory) for name, directory in own.items()}, **self.environ}, cwd=place / "work",
        ) as process:  # fmt: skip
            until = time.monotonic() + LASTS
            while (status := process.status(POLL)) is None and time.monotonic() < until and not self._ending.is_set():
                pass
        self._look_for_secrets(task, (place / "work", *own.values()))
        log = (place / "act.log").read_text(encoding="utf-8", errors="replace")
        return "RESULT_SUCCESS" if status == 0 else "RESULT_FAILURE", log

    def _look_for_secrets(self, task: Task, places: Iterable[Path]) -> None:
        """Note what a job left of its secrets; a line of few characters is none."""
        lines = {line for value in (task.get("secrets") or {}).values() for line in value.splitlines()}
        secrets = {line for line in lines if len(line) >= SECRET and "PRIVATE KEY" not in line}
        self.secrets |= secrets
        for file in (file for place in places for file in place.rglob("*") if file.is_file()):
            content = file.read_bytes()
            if any(line.encode() in content for line in secrets):
                self.left.append(str(file))


def _command(context: Mapping[str, Any], place: Path) -> tuple[str, ...]:
    """Return the call of act for a job in the files of `place`."""
    told = {
        "GITHUB_REPOSITORY": context["repository"],
        "GITHUB_REPOSITORY_OWNER": context["repository_owner"],
        "GITHUB_REF": context["ref"],
        "GITHUB_RUN_ID": context["run_id"],
        "GITHUB_RUN_NUMBER": context["run_number"],
        "GITHUB_SERVER_URL": context["server_url"].rstrip("/"),
        "SHA_REF": context["sha"],
    }
    files = {"--secret-file": "secrets.yml", "--var-file": "vars.yml", "-e": "event.json", "-W": "job.yml"}
    return (
        "act", context["event_name"], "-P", f"{LABEL}=-self-hosted", "-a", context["actor"],
        "--no-cache-server", "--pull=false", "--insecure-secrets", "--defaultbranch=main",
        "--github-instance", context["server_url"].partition("://")[2].rstrip("/"),
        "--env-file", "/dev/null", "--input-file", "/dev/null",
        *(word for name, file in files.items() for word in (name, str(place / file))),
        *(word for name, value in told.items() for word in ("--env", f"{name}={value}")),
    )  # fmt: skip


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


@contextmanager
def serving(place: Path, gitea: Gitea) -> Iterator[Runner]:
    """Run a runner that has infra-tool and the rig's programs on its PATH."""
    place.mkdir(mode=0o700)
    runner = Runner(gitea, place)
    runner.register(gitea.runner_token())
    runner.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{programs.BIN}{os.pathsep}{os.environ['PATH']}"
    thread = Thread(target=runner.work)
    thread.start()
    gitea.parts.append(runner)
    try:
        yield runner
    finally:
        gitea.parts.remove(runner)
        runner.end()
        thread.join()
