"""What the API server demands of selectors, of labels and of nodes. Source: the validation of meta/v1 and of core."""

from collections.abc import Iterator

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

NODE_FIELDS = ("metadata.name",)


def requirement(here: Here) -> Iterator[Violation]:
    """Demand values of a selector's expression where its operator compares with some, and none where not."""
    operator = here.text("operator")
    if operator in ("In", "NotIn") and here.is_empty("values"):
        yield here.lacking("K013", f"operator {operator} needs values", "values")
    elif operator in ("Exists", "DoesNotExist") and not here.is_empty("values"):
        yield here.wrong("K013", here.key("values"), f"operator {operator} takes no values")


def _compared(here: Here) -> Iterator[Violation]:
    """Demand one value where nodes are compared with it."""
    yield from requirement(here)
    operator = here.text("operator")
    if operator in ("Gt", "Lt") and len(list(here.values("values"))) != 1:
        yield here.lacking("K013", f"operator {operator} needs one value", "values")


def _labels(here: Here) -> Iterator[Violation]:
    """Demand values that labels of nodes can have; those that are only preferred may be anything."""
    for expression in (one for term in here.items("nodeSelectorTerms") for one in term.items("matchExpressions")):
        for node, text in expression.texts("values"):
            if unmet := names.label_value(text):
                yield expression.wrong("K009", node, f"a value that labels are compared with {unmet.must}", unmet.help)


def _fields(here: Here) -> Iterator[Violation]:
    """Demand a field of nodes that there is, and one value for it."""
    for field in here.items("matchFields"):
        for node, text in field.texts("values"):
            if unmet := names.subdomain(text):
                yield field.wrong("K009", node, f"the name of a node {unmet.must}", unmet.help)
        key, operator = field.text("key"), field.text("operator")
        if key and key not in NODE_FIELDS:
            yield field.wrong("K006", "key", f"{key} is no field that nodes are chosen by", "metadata.name is one")
        if operator in ("In", "NotIn") and len(list(field.values("values"))) != 1:
            yield field.wrong("K013", field.key("values"), f"operator {operator} takes one value for a field of nodes")
        elif operator and operator not in ("In", "NotIn"):
            yield field.wrong("K006", "operator", f"operator {operator} is not for fields of nodes")


def _has_terms(here: Here) -> Iterator[Violation]:
    if here.is_empty("nodeSelectorTerms"):
        yield here.lacking("K005", "`nodeSelectorTerms` is missing", "nodeSelectorTerms")


CORE = {
    "NodeSelector": Facts(conditions=(_has_terms, _labels), optional=("nodeSelectorTerms",)),
    "NodeSelectorTerm": Facts(conditions=(_fields,)),
    "NodeSelectorRequirement": Facts(
        fields={
            "operator": values.enum("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
            "key": names.LABEL_KEY,
        },
        conditions=(_compared,),
    ),
}
META = {
    "LabelSelector": Facts(fields={"matchLabels": names.LABEL_VALUE}, keys={"matchLabels": names.LABEL_KEY}),
    "LabelSelectorRequirement": Facts(
        fields={"operator": values.SELECTS, "key": names.LABEL_KEY, "values": names.LABEL_VALUE},
        conditions=(requirement,),
    ),
    "ObjectMeta": Facts(
        fields={"labels": names.LABEL_VALUE, "namespace": names.LABEL_NAME},
        keys={"labels": names.LABEL_KEY, "annotations": names.ANNOTATION_KEY},
    ),
}
