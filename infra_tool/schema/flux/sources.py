"""Sources: repositories, buckets, charts."""

from infra_tool.schema.flux.build import (
    DURATION,
    FAR,
    FLAG,
    NAMED,
    SELECTOR,
    TEXT,
    TEXTS,
    address,
    kind,
    record,
    some,
    word,
)
from infra_tool.schema.shapes import ANY, Shape

CLOUD = word("generic", "aws", "azure", "gcp")
COMMON = {"timeout": DURATION, "suspend": FLAG}
SIGNED = record(
    {"provider": word("cosign", "notation")},
    secretRef=NAMED,
    matchOIDCIdentity=some(record({"issuer": TEXT, "subject": TEXT})),
    trustedRootSecretRef=NAMED,
)
ACCESS = record({"namespaceSelectors": some(SELECTOR)})

GIT = record(
    {"url": address("http", "https", "ssh"), "interval": DURATION},
    **COMMON,
    secretRef=NAMED,
    provider=word("generic", "aws", "azure", "github"),
    ref=record({}, branch=TEXT, tag=TEXT, semver=TEXT, name=TEXT, commit=TEXT),
    verify=record({"secretRef": NAMED}, mode=word("head", "HEAD", "Tag", "TagAndHEAD")),
    proxySecretRef=NAMED,
    serviceAccountName=TEXT,
    ignore=TEXT,
    recurseSubmodules=FLAG,
    include=some(record({"repository": NAMED}, fromPath=TEXT, toPath=TEXT)),
    sparseCheckout=TEXTS,
)
OCI = record(
    {"url": address("oci"), "interval": DURATION},
    **COMMON,
    ref=record({}, digest=TEXT, semver=TEXT, semverFilter=TEXT, tag=TEXT),
    layerSelector=record({}, mediaType=TEXT, operation=word("extract", "copy")),
    provider=CLOUD,
    secretRef=NAMED,
    certSecretRef=NAMED,
    proxySecretRef=NAMED,
    serviceAccountName=TEXT,
    verify=SIGNED,
    ignore=TEXT,
    insecure=FLAG,
)
HELM = record(
    {"url": address("http", "https", "oci")},
    **COMMON,
    interval=DURATION,
    secretRef=NAMED,
    certSecretRef=NAMED,
    passCredentials=FLAG,
    insecure=FLAG,
    accessFrom=ACCESS,
    type=word("default", "oci"),
    provider=CLOUD,
)
CHART = record(
    {
        "chart": TEXT,
        "sourceRef": record({"kind": word("HelmRepository", "GitRepository", "Bucket"), "name": TEXT}, apiVersion=TEXT),
        "interval": DURATION,
    },
    suspend=FLAG,
    version=TEXT,
    reconcileStrategy=word("ChartVersion", "Revision"),
    valuesFiles=TEXTS,
    ignoreMissingValuesFiles=FLAG,
    verify=SIGNED,
)
BUCKET = record(
    {"bucketName": TEXT, "endpoint": TEXT, "interval": DURATION},
    **COMMON,
    provider=CLOUD,
    sts=record({"provider": word("aws", "ldap"), "endpoint": TEXT}, secretRef=NAMED, certSecretRef=NAMED),
    insecure=FLAG,
    region=TEXT,
    prefix=TEXT,
    secretRef=NAMED,
    certSecretRef=NAMED,
    proxySecretRef=NAMED,
    serviceAccountName=TEXT,
    ignore=TEXT,
)

SOURCES: dict[str, dict[str, Shape]] = {
    "source.toolkit.fluxcd.io/v1": {
        "GitRepository": kind(GIT),
        "OCIRepository": kind(OCI),
        "HelmRepository": kind(HELM),
        "HelmChart": kind(CHART),
        "Bucket": kind(BUCKET),
        "ExternalArtifact": kind(record({}, sourceRef=ANY)),
    },
    "source.toolkit.fluxcd.io/v1beta2": {"OCIRepository": kind(OCI)},
}

IMAGES: dict[str, Shape] = {
    "ImageRepository": kind(
        record(
            {"image": TEXT},
            **COMMON,
            interval=DURATION,
            secretRef=NAMED,
            certSecretRef=NAMED,
            proxySecretRef=NAMED,
            serviceAccountName=TEXT,
            accessFrom=ACCESS,
            exclusionList=TEXTS,
            provider=CLOUD,
            insecure=FLAG,
        )
    ),
    "ImagePolicy": kind(
        record(
            {
                "imageRepositoryRef": FAR,
                "policy": record(
                    {},
                    semver=record({"range": TEXT}),
                    alphabetical=record({}, order=word("asc", "desc")),
                    numerical=record({}, order=word("asc", "desc")),
                ),
            },
            filterTags=record({}, pattern=TEXT, extract=TEXT),
            digestReflectionPolicy=word("Always", "IfNotPresent", "Never"),
            interval=DURATION,
            suspend=FLAG,
        )
    ),
}
