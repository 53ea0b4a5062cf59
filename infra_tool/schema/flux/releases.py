"""What applies: Kustomization and HelmRelease."""

from infra_tool.schema.flux.build import DURATION, FLAG, NAMED, NUMBER, TEXT, TEXTS, WORDS, kind, record, some, word
from infra_tool.schema.flux.sources import SIGNED
from infra_tool.schema.shapes import ANY, Shape

METADATA = record({}, labels=WORDS, annotations=WORDS)
CLUSTER = record({}, secretRef=record({"name": TEXT}, key=TEXT), configMapRef=NAMED)
DEPENDENCIES = some(record({"name": TEXT}, namespace=TEXT, readyExpr=TEXT))
TARGET = record(
    {}, group=TEXT, version=TEXT, kind=TEXT, name=TEXT, namespace=TEXT, labelSelector=TEXT, annotationSelector=TEXT
)
PATCHES = some(record({"patch": TEXT}, target=TARGET))
IMAGES = some(record({"name": TEXT}, newName=TEXT, newTag=TEXT, digest=TEXT))
HEALTH = some(record({"apiVersion": TEXT, "kind": TEXT, "current": TEXT}, inProgress=TEXT, failed=TEXT))
DATA = word("Secret", "ConfigMap")

KUSTOMIZATION = record(
    {
        "interval": DURATION,
        "prune": FLAG,
        "sourceRef": record(
            {"kind": word("GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"), "name": TEXT},
            apiVersion=TEXT,
            namespace=TEXT,
        ),
    },
    commonMetadata=METADATA,
    dependsOn=DEPENDENCIES,
    decryption=record({"provider": word("sops")}, secretRef=NAMED, serviceAccountName=TEXT),
    retryInterval=DURATION,
    kubeConfig=CLUSTER,
    path=TEXT,
    postBuild=record(
        {},
        substitute=WORDS,
        substituteStrategy=TEXT,
        substituteFrom=some(record({"kind": DATA, "name": TEXT}, optional=FLAG)),
    ),
    healthChecks=some(record({"kind": TEXT, "name": TEXT}, apiVersion=TEXT, namespace=TEXT)),
    healthCheckExprs=HEALTH,
    namePrefix=TEXT,
    nameSuffix=TEXT,
    patches=PATCHES,
    images=IMAGES,
    components=TEXTS,
    ignoreMissingComponents=FLAG,
    serviceAccountName=TEXT,
    suspend=FLAG,
    targetNamespace=TEXT,
    timeout=DURATION,
    force=FLAG,
    wait=FLAG,
    deletionPolicy=word("MirrorPrune", "Delete", "WaitForTermination", "Orphan"),
    buildMetadata=TEXTS,
    ignore=ANY,
)

STRATEGY = record({"name": word("RemediateOnFailure", "RetryOnFailure")}, retryInterval=DURATION)
DEFINITIONS = word("Skip", "Create", "CreateReplace")
ACTION = {
    "timeout": DURATION,
    "disableHooks": FLAG,
    "disableWait": FLAG,
    "disableWaitForJobs": FLAG,
    "serverSideApply": ANY,
}
APPLY = {
    **ACTION,
    "strategy": STRATEGY,
    "disableTakeOwnership": FLAG,
    "disableOpenAPIValidation": FLAG,
    "disableSchemaValidation": FLAG,
    "crds": DEFINITIONS,
}
RETRIES = {"retries": NUMBER, "ignoreTestFailures": FLAG, "remediateLastFailure": FLAG}

RELEASE = record(
    {"interval": DURATION},
    chart=record(
        {
            "spec": record(
                {
                    "chart": TEXT,
                    "sourceRef": record(
                        {"name": TEXT},
                        kind=word("HelmRepository", "GitRepository", "Bucket"),
                        apiVersion=TEXT,
                        namespace=TEXT,
                    ),
                },
                version=TEXT,
                interval=DURATION,
                reconcileStrategy=word("ChartVersion", "Revision"),
                valuesFiles=TEXTS,
                valuesFile=TEXT,
                ignoreMissingValuesFiles=FLAG,
                verify=SIGNED,
            )
        },
        metadata=METADATA,
    ),
    chartRef=record(
        {"kind": word("OCIRepository", "HelmChart", "ExternalArtifact"), "name": TEXT}, apiVersion=TEXT, namespace=TEXT
    ),
    kubeConfig=CLUSTER,
    suspend=FLAG,
    releaseName=TEXT,
    targetNamespace=TEXT,
    storageNamespace=TEXT,
    dependsOn=DEPENDENCIES,
    timeout=DURATION,
    maxHistory=NUMBER,
    serviceAccountName=TEXT,
    persistentClient=FLAG,
    driftDetection=record(
        {}, mode=word("enabled", "warn", "disabled"), ignore=some(record({"paths": TEXTS}, target=TARGET))
    ),
    install=record({}, **APPLY, remediation=record({}, **RETRIES), createNamespace=FLAG, replace=FLAG, skipCRDs=FLAG),
    upgrade=record(
        {},
        **APPLY,
        remediation=record({}, **RETRIES, strategy=word("rollback", "uninstall")),
        force=FLAG,
        preserveValues=FLAG,
        cleanupOnFail=FLAG,
    ),
    test=record(
        {}, enable=FLAG, timeout=DURATION, ignoreFailures=FLAG, filters=some(record({"name": TEXT}, exclude=FLAG))
    ),
    rollback=record({}, **ACTION, recreate=FLAG, force=FLAG, cleanupOnFail=FLAG),
    uninstall=record(
        {},
        timeout=DURATION,
        disableHooks=FLAG,
        disableWait=FLAG,
        keepHistory=FLAG,
        deletionPropagation=word("background", "foreground", "orphan"),
    ),
    valuesFrom=some(record({"kind": DATA, "name": TEXT}, valuesKey=TEXT, targetPath=TEXT, optional=FLAG, literal=FLAG)),
    values=ANY,
    postRenderers=some(record({}, kustomize=record({}, patches=PATCHES, images=IMAGES))),
    commonMetadata=METADATA,
    healthCheckExprs=HEALTH,
    waitStrategy=ANY,
)

RELEASES: dict[str, dict[str, Shape]] = {
    "kustomize.toolkit.fluxcd.io/v1": {"Kustomization": kind(KUSTOMIZATION)},
    "helm.toolkit.fluxcd.io/v2": {"HelmRelease": kind(RELEASE)},
}
