"""What the API server demands of ConfigMaps, Secrets, and the limits of namespaces.

Source: pkg/apis/core/validation of Kubernetes. No value of a Secret is in any message.
"""

import base64
import binascii
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import combinations

from infra_tool.schema.admission import names, values
from infra_tool.schema.admission.facts import Facts
from infra_tool.schema.admission.names import is_qualified
from infra_tool.schema.admission.quantity import parse
from infra_tool.schema.admission.selectors import requirement
from infra_tool.schema.demand import Demand, Unmet, Value
from infra_tool.schema.here import Here
from infra_tool.schema.violation import Violation

LIMIT = 1024 * 1024
BREAKS = str.maketrans("", "", "\r\n")
LIMITED = ("Container", "Pod", "PersistentVolumeClaim")
ORDER = ("min", "defaultRequest", "default", "max")
"""Sides of a LimitRange, from the least to the most."""

COUNTED = {
    *("pods", "services", "secrets", "configmaps", "replicationcontrollers", "resourcequotas"),
    *("persistentvolumeclaims", "services.nodeports", "services.loadbalancers"),
}
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


def _once(here: Here) -> Iterator[Violation]:
    """Demand one item of each type."""
    for item, kind in here.repeated("limits", "type"):
        yield item.wrong("K010", "type", f"there are two items of type {kind}")


def _in_order(here: Here) -> Iterator[Violation]:
    """Demand of each resource that the least is not more than what is usual, nor that than the most."""
    sides = [(side, inside) for side in ORDER if (inside := here.inside(side)) is not None]
    for (less, low), (more, high) in combinations(sides, 2):
        for name in low:
            least, most = parse(low.known(name)), parse(high.known(name)) if name in high else None
            if least is not None and most is not None and least > most:
                yield high.wrong("K013", name, f"{name} of {more} is less than {low.known(name)}, that of {less}")


def _ratios(here: Here) -> Iterator[Violation]:
    """Demand a ratio that there can be."""
    ratios = here.inside("maxLimitRequestRatio")
    for name in ratios or ():
        ratio = parse(ratios.known(name)) if ratios is not None else None
        if ratios is None or ratio is None:
            continue
        if ratio < 1:
            yield ratios.wrong("K013", name, "a ratio must not be less than 1")
        elif (largest := _ratio(here, name)) is not None and ratio > largest:
            yield ratios.wrong("K013", name, f"the ratio of {name} is more than max to min, {largest:f}")


def _ratio(here: Here, name: str) -> Decimal | None:
    """Return how many times the least the most of a resource is."""
    low, high = here.inside("min"), here.inside("max")
    least = parse(low.known(name)) if low is not None and name in low else None
    most = parse(high.known(name)) if high is not None and name in high else None
    return most / least if least and most is not None else None


def _counts(here: Here) -> Iterator[Violation]:
    """Demand that there cannot be less than nothing, nor half an object."""
    hard = here.inside("hard")
    for name in hard or ():
        number = parse(hard.known(name)) if hard is not None else None
        if hard is None or number is None:
            continue
        if number < 0:
            yield hard.wrong("K008", name, f"`{name}` must not be negative")
        elif number != int(number) and (name in COUNTED or name.startswith("count/")):
            yield hard.wrong("K008", name, f"`{name}` must be an integer")


def _named_secrets(here: Here) -> Iterator[Violation]:
    for secret in here.items("secrets"):
        if "name" not in list(secret):
            yield secret.lacking("K005", "`name` is missing", "name")


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
    "LimitRangeSpec": Facts(optional=("limits",), conditions=(_once,)),
    "LimitRangeItem": Facts(fields={"type": Demand("K006", _limited)}, conditions=(_in_order, _ratios)),
    "ResourceQuotaSpec": Facts(fields={"scopes": values.enum(*SCOPES)}, conditions=(_counts,)),
    "ScopedResourceSelectorRequirement": Facts(
        fields={"operator": values.SELECTS, "scopeName": values.enum(*SCOPES)}, conditions=(requirement,)
    ),
    "ServiceAccount": Facts(conditions=(_named_secrets,)),
}
