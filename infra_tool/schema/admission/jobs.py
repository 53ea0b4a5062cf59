"""What the API server demands of Jobs and CronJobs. Source: pkg/apis/batch/validation of Kubernetes."""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.scalars import is_open
from infra_tool.schema.violation import Violation

INDEXED = ("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy")


def _ends(here: Here) -> Iterator[Violation]:
    """Demand pods that come to an end."""
    pod = here.inside("template", "spec")
    if pod is None:
        return
    if not pod.is_given("restartPolicy"):
        yield pod.lacking("K013", "a Job needs restartPolicy: Never or OnFailure", "restartPolicy")
    elif pod.text("restartPolicy") == "Always":
        message = "restartPolicy must be Never or OnFailure for a Job, not Always"
        yield pod.wrong("K013", "restartPolicy", message)


def _own_selector(here: Here) -> Iterator[Violation]:
    """Demand that a Job's selector is left to the server, unless the manifest says otherwise."""
    if "selector" in here and here.known("manualSelector") is False:
        yield here.wrong("K013", here.key("selector"), "a Job makes its selector itself")


def _short_name(here: Here) -> Iterator[Violation]:
    """Demand a name that leaves room for what a CronJob adds for each of its Jobs."""
    metadata = here.inside("metadata")
    name = metadata.text("name") if metadata is not None else None
    if metadata is not None and name is not None and not is_open(name) and len(name) > 52:  # noqa: PLR2004 -- 63 - 11
        yield metadata.wrong("K009", "name", "the name of a CronJob must have at most 52 characters")


def _indexed(here: Here) -> Iterator[Violation]:
    """Demand an index of each pod for what is counted by index."""
    mode = here.text("completionMode") if here.is_given("completionMode") else "NonIndexed"
    if mode == "NonIndexed":
        for name in INDEXED:
            if name in here:
                yield here.wrong("K013", here.key(name), f"{name} needs completionMode: Indexed")
    elif mode == "Indexed" and "completions" not in here:
        yield here.lacking("K005", "`completions` is missing, which completionMode: Indexed needs", "completions")
    if "maxFailedIndexes" in here and "backoffLimitPerIndex" not in here:
        yield here.lacking("K005", "`backoffLimitPerIndex` is missing, which maxFailedIndexes needs", INDEXED[0])
    most, all_ = here.number("maxFailedIndexes"), here.number("completions")
    if most is not None and all_ is not None and most > all_:
        yield here.wrong("K013", "maxFailedIndexes", f"maxFailedIndexes must not be more than completions ({all_})")


def _label_name(here: Here) -> Iterator[Violation]:
    """Demand a name that fits into a label, since the pods of a Job get it as one."""
    metadata = here.inside("metadata")
    name = metadata.text("name") if metadata is not None else None
    if metadata is not None and name and not is_open(name) and len(name) > names.LABEL_LENGTH:
        yield metadata.wrong("K009", "name", f"the name of a Job must have at most {names.LABEL_LENGTH} characters")


def _short_index(here: Here) -> Iterator[Violation]:
    """Demand of a Job that counts its pods a name that hosts can have, together with the last index."""
    metadata, spec = here.inside("metadata"), here.inside("spec")
    name = metadata.text("name") if metadata is not None else None
    count = spec.number("completions") if spec is not None and spec.text("completionMode") == "Indexed" else None
    if metadata is not None and name and not is_open(name) and count and names.label(f"{name}-{count - 1}"):
        message = f"the name of an indexed Job must be a DNS label, as {name}-{count - 1} is the name of a host"
        yield metadata.wrong("K009", "name", message)


def _failures(here: Here) -> Iterator[Violation]:
    """Demand of a policy about failures what makes it work."""
    policy, pod = here.inside("podFailurePolicy"), here.inside("template", "spec")
    if policy is None:
        return
    if pod is not None and pod.text("restartPolicy") == "OnFailure":
        yield pod.wrong("K013", "restartPolicy", "restartPolicy must be Never where there is a podFailurePolicy")
    if here.text("podReplacementPolicy") not in (None, "Failed"):
        message = "podReplacementPolicy must be Failed where there is a podFailurePolicy"
        yield here.wrong("K013", "podReplacementPolicy", message)
    for rule in policy.items("rules"):
        if rule.text("action") == "FailIndex" and "backoffLimitPerIndex" not in here:
            yield rule.wrong("K013", "action", "the action FailIndex needs backoffLimitPerIndex")


def _failed_container(here: Here) -> Iterator[Violation]:
    """Demand that the container whose failure is spoken of is there."""
    policy, pod = here.inside("podFailurePolicy"), here.inside("template", "spec")
    containers = [one for name in ("containers", "initContainers") for one in (pod.items(name) if pod else ())]
    called = {one.text("name") for one in containers}
    for rule in policy.items("rules") if policy is not None else ():
        code = rule.inside("onExitCodes")
        name = code.text("containerName") if code is not None else None
        if code is not None and name is not None and None not in called and name not in called:
            yield code.wrong("K006", "containerName", f"there is no container {name}")


def _rule(here: Here) -> Iterator[Violation]:
    by_code, by_condition = "onExitCodes" in here, not here.is_empty("onPodConditions")
    if not by_code and not by_condition:
        yield here.lacking("K005", "a rule needs onExitCodes or onPodConditions", "onExitCodes", "onPodConditions")
    elif by_code and by_condition:
        yield here.wrong(
            "K013", here.key("onPodConditions"), "a rule takes only one of onExitCodes and onPodConditions"
        )


def _exit_codes(here: Here) -> Iterator[Violation]:
    """Demand codes in order, none of them twice, and no success among those of failures."""
    codes = list(here.numbers("values"))
    if here.is_empty("values"):
        yield here.lacking("K005", "`values` is missing", "values")
    elif codes != sorted(set(codes)):
        yield here.wrong("K013", here.key("values"), "the exit codes must be in order, each once")
    if here.text("operator") == "In" and 0 in codes:
        yield here.wrong("K013", here.key("values"), "the exit code 0 is no failure")


JOB_COUNTS = (
    *("parallelism", "completions", "backoffLimit", "ttlSecondsAfterFinished", "activeDeadlineSeconds"),
    *("backoffLimitPerIndex", "maxFailedIndexes"),
)
CRON_COUNTS = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")

BATCH = {
    "Job": Facts(required=("spec",), conditions=(_label_name, _short_index)),
    "CronJob": Facts(required=("spec",), conditions=(_short_name,)),
    "JobTemplateSpec": Facts(required=("spec",)),
    "JobSpec": Facts(
        fields={
            **dict.fromkeys(JOB_COUNTS, values.NOT_NEGATIVE),
            "completionMode": values.enum("NonIndexed", "Indexed"),
            "podReplacementPolicy": values.given(values.enum("TerminatingOrFailed", "Failed")),
        },
        conditions=(_ends, _own_selector, _indexed, _failures, _failed_container),
    ),
    "CronJobSpec": Facts(
        fields={
            **dict.fromkeys(CRON_COUNTS, values.NOT_NEGATIVE),
            "concurrencyPolicy": values.enum("Allow", "Forbid", "Replace"),
            "schedule": values.SCHEDULE,
            "timeZone": values.ZONE,
        }
    ),
    "PodFailurePolicy": Facts(optional=("rules",)),
    "PodFailurePolicyRule": Facts(
        fields={"action": values.enum("FailJob", "FailIndex", "Ignore", "Count")}, conditions=(_rule,)
    ),
    "PodFailurePolicyOnExitCodesRequirement": Facts(
        fields={"operator": values.enum("In", "NotIn")}, conditions=(_exit_codes,), optional=("values",)
    ),
    "PodFailurePolicyOnPodConditionsPattern": Facts(
        fields={"type": names.QUALIFIED, "status": values.enum("True", "False", "Unknown")}, optional=("status",)
    ),
}
