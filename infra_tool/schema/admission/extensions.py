"""What the API server demands of what extends it: webhooks and definitions of kinds.

Source: pkg/apis/admissionregistration/validation of Kubernetes, and the validation of apiextensions.
"""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.containers import one_of
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation


def _definition(here: Here) -> Iterator[Violation]:
    """Demand the one name that a definition can have, and the one version that is stored."""
    metadata, spec = here.inside("metadata"), here.inside("spec")
    plural = spec.inside("names") if spec is not None else None
    if metadata is None or spec is None or plural is None:
        return
    name, parts = metadata.text("name"), (plural.text("plural"), spec.text("group"))
    if name and all(parts) and name != f"{parts[0]}.{parts[1]}":
        yield metadata.wrong("K009", "name", f"the name of this definition must be {parts[0]}.{parts[1]}")
    stored = [version for version in spec.items("versions") if version.known("storage") is True]
    if len(stored) != 1 and all(
        one.known("storage") in (True, False) or "storage" not in one for one in spec.items("versions")
    ):
        yield spec.wrong(
            "K013", spec.key("versions"), f"one version must have storage: true, not {len(stored) or 'none'}"
        )


def _has_schema(here: Here) -> Iterator[Violation]:
    schema = here.inside("schema", "openAPIV3Schema")
    if schema is None or not list(schema):
        yield here.lacking("K005", "`schema.openAPIV3Schema` is missing", "schema")
    else:
        yield from _typed(schema)


def _typed(schema: Here) -> Iterator[Violation]:
    """Demand a type of each part of a schema, or the word that any is."""
    kind = schema.text("type")
    is_any = schema.known(ANY) is True or schema.known(INT_OR_STRING) is True
    if not schema.is_given("type") and not is_any:
        yield schema.lacking("K005", "`type` is missing, which each part of a schema needs", "type")
    elif kind == "array" and schema.inside("items") is None:
        yield schema.lacking("K005", "`items` is missing, which the type array needs", "items")
    elif kind and kind not in TYPES:
        yield schema.wrong("K006", "type", f"there is no type {kind}", f"there are {', '.join(TYPES)}")
    properties = schema.inside("properties")
    for name in properties or ():
        part = properties.inside(name) if properties is not None else None
        if part is not None:
            yield from _typed(part)
    for name in ("items", "additionalProperties"):
        part = schema.inside(name)
        if part is not None:
            yield from _typed(part)


def _rule(here: Here) -> Iterator[Violation]:
    for name in ("apiGroups", "apiVersions", "operations", "resources"):
        if here.is_empty(name):
            yield here.lacking("K005", f"`{name}` is missing", name)
        elif name != "apiGroups" and any(text == "" for _, text in here.texts(name)):
            yield here.wrong("K013", here.key(name), f"an item of {name} is empty")


def _reviews(here: Here) -> Iterator[Violation]:
    """Demand a version of the question that the API server can ask."""
    versions = [text for _, text in here.texts("admissionReviewVersions")]
    if here.is_empty("admissionReviewVersions"):
        yield here.lacking("K005", "`admissionReviewVersions` is missing", "admissionReviewVersions")
    elif versions and not {*versions} & {"v1", "v1beta1"}:
        message = "admissionReviewVersions needs v1 or v1beta1"
        yield here.wrong("K013", here.key("admissionReviewVersions"), message)
    elif len(set(versions)) < len(versions):
        yield here.wrong("K010", here.key("admissionReviewVersions"), "the same version is there twice")
    for node, text in here.texts("admissionReviewVersions"):
        if unmet := names.old_label(text):
            yield here.wrong("K009", node, f"a version {unmet.must}", unmet.help)


def _called(here: Here) -> Iterator[Violation]:
    yield from one_of(here, ("url", "service"), "a clientConfig")


TYPES = ("object", "array", "string", "integer", "number", "boolean")
ANY = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING = "x-kubernetes-int-or-string"
WEBHOOK = {
    "failurePolicy": values.given(values.enum("Ignore", "Fail")),
    "matchPolicy": values.given(values.enum("Exact", "Equivalent")),
    "name": names.DOMAIN,
    "sideEffects": values.enum("None", "NoneOnDryRun"),
    "timeoutSeconds": values.between(1, 30),
}
ADMISSION = {
    "MutatingWebhook": Facts(
        fields={**WEBHOOK, "reinvocationPolicy": values.given(values.enum("Never", "IfNeeded"))}, conditions=(_reviews,)
    ),
    "ValidatingWebhook": Facts(fields=WEBHOOK, conditions=(_reviews,)),
    "RuleWithOperations": Facts(
        fields={
            "operations": values.enum("*", "CREATE", "UPDATE", "DELETE", "CONNECT"),
            "scope": values.given(values.enum("*", "Cluster", "Namespaced")),
        },
        conditions=(_rule,),
    ),
    "WebhookClientConfig": Facts(fields={"url": values.HTTPS}, conditions=(_called,)),
    "ServiceReference": Facts(fields={"port": values.PORT, "path": values.PATH}),
}
EXTENSIONS = {
    "CustomResourceDefinition": Facts(conditions=(_definition,)),
    "CustomResourceDefinitionSpec": Facts(fields={"scope": values.enum("Cluster", "Namespaced")}),
    "CustomResourceDefinitionVersion": Facts(
        fields={"name": names.OLD_LABEL_NAME}, optional=("served", "storage"), conditions=(_has_schema,)
    ),
    "CustomResourceDefinitionNames": Facts(
        fields={
            "kind": names.MIXED_LABEL_NAME,
            "listKind": names.MIXED_LABEL_NAME,
            **dict.fromkeys(("plural", "singular", "shortNames", "categories"), names.OLD_LABEL_NAME),
        }
    ),
    "CustomResourceColumnDefinition": Facts(
        fields={"type": values.enum("boolean", "date", "integer", "number", "string"), "jsonPath": values.JSON_PATH}
    ),
    "CustomResourceConversion": Facts(fields={"strategy": values.enum("None", "Webhook")}),
}
