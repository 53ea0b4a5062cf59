"""What the API server demands of ConfigMaps, Secrets, and the limits of namespaces.

Source: pkg/apis/core/validation of Kubernetes. No value of a Secret is in any message.
"""

import base64
import binascii
from collections.abc import Iterator
from functools import partial

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.names import is_qualified
from infra_tool.schema.demand import Demand, Unmet, Value
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

LIMIT = 1024 * 1024
BREAKS = str.maketrans("", "", "\r\n")
LIMITED = ("Container", "Pod", "PersistentVolumeClaim")
SCOPES = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)


def _base64(value: Value, help_: str) -> Unmet | None:
    try:
        base64.b64decode(str(value).translate(BREAKS), validate=True)
    except (binascii.Error, ValueError):
        return Unmet("must be base64", help_)
    return None


def _size(here: Here, fields: tuple[str, ...]) -> Iterator[Violation]:
    """Demand what fits into the store of the cluster."""
    sizes = {name: sum(_bytes(inside, key) for key in inside) for name in fields if (inside := here.inside(name))}
    if sum(sizes.values()) > LIMIT:
        largest = max(sizes, key=lambda name: sizes[name])
        yield here.wrong("K015", here.key(largest), "the values take more than 1 MiB, the most that there can be")


def _bytes(here: Here, key: str) -> int:
    return len((here.text(key) or "").encode())


def _overlap(here: Here) -> Iterator[Violation]:
    data, binary = here.inside("data"), here.inside("binaryData")
    for key in binary or ():
        if data is not None and binary is not None and key in set(data):
            yield binary.wrong("K015", binary.key(key), f"the key {key} is in data as well")


def _limited(value: Value) -> Unmet | None:
    if value in LIMITED or ("/" in str(value) and is_qualified(str(value))):
        return None
    return Unmet("must be Container, Pod or PersistentVolumeClaim")


PLAIN = Demand("K015", partial(_base64, help_="put text that is not encoded under stringData"))
BINARY = Demand("K015", partial(_base64, help_="put text under data"))

FACTS = {
    "Secret": Facts(
        fields={"data": PLAIN},
        keys={"data": names.KEY, "stringData": names.KEY},
        conditions=(partial(_size, fields=("data", "stringData")),),
    ),
    "ConfigMap": Facts(
        fields={"binaryData": BINARY},
        keys={"data": names.KEY, "binaryData": names.KEY},
        conditions=(_overlap, partial(_size, fields=("data", "binaryData"))),
    ),
    "LimitRangeSpec": Facts(optional=("limits",)),
    "LimitRangeItem": Facts(fields={"type": Demand("K006", _limited)}),
    "ResourceQuotaSpec": Facts(fields={"scopes": values.enum(*SCOPES)}),
    "ScopedResourceSelectorRequirement": Facts(fields={"operator": values.SELECTS, "scopeName": values.enum(*SCOPES)}),
}
