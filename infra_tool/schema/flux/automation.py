"""Notifications and the automation of images."""

from infra_tool.schema.admission import values
from infra_tool.schema.flux.build import DURATION, FLAG, NAMED, SELECTOR, TEXT, TEXTS, WORDS, kind, record, some, word
from infra_tool.schema.flux.sources import GIT, IMAGES
from infra_tool.schema.shapes import ANY, Shape

OBJECTS = some(record({"kind": TEXT, "name": TEXT}, apiVersion=TEXT, namespace=TEXT, matchLabels=WORDS))
HOOKS = (
    *("generic", "generic-hmac", "generic-oidc", "github", "gitlab", "bitbucket", "harbor", "dockerhub", "quay"),
    *("gcr", "nexus", "acr", "cdevents"),
)
CHANNELS = (
    *(
        "slack",
        "discord",
        "msteams",
        "rocket",
        "generic",
        "generic-hmac",
        "github",
        "gitlab",
        "gitea",
        "giteapullrequestcomment",
    ),
    *("bitbucketserver", "bitbucket", "azuredevops", "googlechat", "googlepubsub", "webex", "sentry", "azureeventhub"),
    *(
        "telegram",
        "lark",
        "matrix",
        "opsgenie",
        "alertmanager",
        "grafana",
        "githubdispatch",
        "githubpullrequestcomment",
    ),
    *("gitlabmergerequestcomment", "pagerduty", "datadog", "nats", "zulip", "otel"),
)
"""What a Provider may be; there may be newer ones."""

PROVIDER = record(
    {"type": Shape("string", demand=values.enum(*CHANNELS)._replace(is_risky=True))},
    interval=DURATION,
    channel=TEXT,
    username=TEXT,
    address=TEXT,
    timeout=DURATION,
    proxy=TEXT,
    proxySecretRef=NAMED,
    secretRef=NAMED,
    certSecretRef=NAMED,
    serviceAccountName=TEXT,
    suspend=FLAG,
    commitStatusExpr=TEXT,
)
ALERT = record(
    {"providerRef": NAMED, "eventSources": OBJECTS},
    eventSeverity=word("info", "error"),
    eventMetadata=WORDS,
    inclusionList=TEXTS,
    exclusionList=TEXTS,
    summary=TEXT,
    suspend=FLAG,
)
RECEIVER = record(
    {"type": word(*HOOKS), "resources": OBJECTS},
    interval=DURATION,
    events=TEXTS,
    resourceFilter=TEXT,
    secretRef=NAMED,
    oidcProviders=ANY,
    suspend=FLAG,
)
UPDATES = record(
    {
        "interval": DURATION,
        "sourceRef": record({"kind": word("GitRepository"), "name": TEXT}, apiVersion=TEXT, namespace=TEXT),
    },
    git=record(
        {
            "commit": record(
                {"author": record({"email": TEXT}, name=TEXT)},
                signingKey=record({"secretRef": NAMED}, type=TEXT),
                messageTemplate=TEXT,
                messageTemplateValues=WORDS,
            )
        },
        checkout=record({"ref": GIT.fields["ref"]}),  # type: ignore[dict-item]  # it is no name here
        push=record({}, branch=TEXT, refspec=TEXT, options=WORDS),
    ),
    policySelector=SELECTOR,
    update=record({}, strategy=word("Setters"), path=TEXT),
    suspend=FLAG,
)
NOTIFICATIONS = {"Provider": kind(PROVIDER), "Alert": kind(ALERT)}
IMAGE_KINDS = {**IMAGES, "ImageUpdateAutomation": kind(UPDATES)}

AUTOMATION: dict[str, dict[str, Shape]] = {
    "notification.toolkit.fluxcd.io/v1": {"Receiver": kind(RECEIVER)},
    "notification.toolkit.fluxcd.io/v1beta3": NOTIFICATIONS,
    "image.toolkit.fluxcd.io/v1": IMAGE_KINDS,
    "image.toolkit.fluxcd.io/v1beta2": IMAGE_KINDS,
}
