"""Random trees of bases, overlays, components, generators and patches."""

from collections.abc import Mapping
from typing import TypeAlias, Union

from hypothesis import strategies as st

Raw: TypeAlias = Union[str, "Mapping[str, Raw]", "list[Raw]"]
"""A value as it is written: a scalar's own source, or what holds scalars."""

NAMES = ("a", "b", "web", "c", "d")
NAMESPACES = ("one", "two")
KEYS = ("a", "b10", "b9", "name", "x.y/z", "Upper", "image")
SCALARS = (
    "x", "plain words", '"80"', "80", "8080", "'quoted'", "yes", '"yes"', "no", "1.10", "0644", "1e3", "~", "null", "",
    "true", '"true"', "2024-01-01", "12:30", '"a: b"', "a#b", "'#'", "-1", "1_000", "0x1F", ".5", '""', '"tab\\t"',
    '"é 😀"', '"a\\nb"', '" lead"', "nginx:1", "nginx", '"nginx@sha256:ab"', "a-b_c.d", "'it''s'", "1234567", "1.5",
)  # fmt: skip
BLOCKS = (
    "|\n{0}a\n{0}  b\n",
    ">-\n{0}[\n{0}  more\n{0}]\n",
    ">\n{0}a\n{0}b\n\n{0}c\n",
    "|-\n{0}a: b\n",
    "|+\n{0}a\n\n",
)

scalars = st.sampled_from(SCALARS)
names = st.sampled_from(NAMES)
texts = st.sampled_from(("x", '"1"', "'yes'", "a-b", '"2"'))


def values(depth: int) -> st.SearchStrategy[Raw]:
    """Return any value."""
    if depth == 0:
        return scalars
    inner = values(depth - 1)
    return st.one_of(
        scalars,
        st.sampled_from(BLOCKS),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
        st.lists(inner, max_size=3),
    )


def write(value: Raw, indent: str = "") -> str:
    """Return the YAML of a value, which begins behind a key."""
    if isinstance(value, str):
        is_block = "{0}" in value
        return f" {value.format(indent + '  ')}" if is_block else f" {value}\n"
    if not value:
        return " {}\n" if isinstance(value, Mapping) else " []\n"
    if isinstance(value, Mapping):
        return "\n" + "".join(f"{indent}{key}:{write(item, f'{indent}  ')}" for key, item in value.items())
    return "\n" + "".join(f"{indent}-{write(item, f'{indent}  ')}" for item in value)


def optional(**fields: st.SearchStrategy[Raw]) -> st.SearchStrategy[Mapping[str, Raw]]:
    """Return a mapping with some of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


metadata = st.fixed_dictionaries(
    {"name": names},
    optional={
        "namespace": st.sampled_from(NAMESPACES),
        "labels": st.dictionaries(st.sampled_from(("app", "tier")), scalars, max_size=2),
        "annotations": st.dictionaries(st.sampled_from(("note", "x.y/z")), scalars, max_size=2),
    },
)
sources = st.sampled_from(({"configMapRef": {"name": "a"}}, {"secretRef": {"name": "b"}}))
env = st.lists(st.fixed_dictionaries({"name": names}, optional={"value": scalars}), max_size=3)
ports = st.lists(
    st.fixed_dictionaries(
        {"containerPort": st.sampled_from(("80", "81"))},
        optional={"protocol": st.sampled_from(("TCP", "UDP")), "name": names},
    ),
    max_size=3,
)
containers = st.lists(
    st.fixed_dictionaries(
        {"name": names},
        optional={
            "image": st.sampled_from(("nginx", "nginx:1", "other:2")),
            "env": env,
            "ports": ports,
            "args": st.lists(scalars, max_size=2),
            "envFrom": st.lists(sources, max_size=2),
        },
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda item: item["name"],
)
volumes = st.lists(
    st.sampled_from(
        (
            {"name": "a", "configMap": {"name": "a"}},
            {"name": "b", "secret": {"secretName": "b"}},
            {"name": "c", "emptyDir": {}},
        )
    ),
    max_size=2,
    unique_by=lambda item: item["name"],
)
pods = optional(containers=containers, volumes=volumes, serviceAccountName=names, nodeSelector=values(1))
SPECS: Mapping[tuple[str, str], Mapping[str, st.SearchStrategy[Raw]]] = {
    ("v1", "ConfigMap"): {"data": st.dictionaries(st.sampled_from(KEYS), st.one_of(scalars, st.sampled_from(BLOCKS)))},
    ("v1", "Secret"): {"stringData": st.dictionaries(st.sampled_from(KEYS), scalars, max_size=2)},
    ("v1", "ServiceAccount"): {"imagePullSecrets": st.lists(st.fixed_dictionaries({"name": names}), max_size=2)},
    ("v1", "Namespace"): {},
    ("v1", "Service"): {
        "spec": optional(
            selector=st.dictionaries(st.just("app"), texts),
            ports=st.lists(st.fixed_dictionaries({"port": st.just("80")}, optional={"name": names}), max_size=2),
        )
    },
    ("apps/v1", "Deployment"): {
        "spec": optional(
            replicas=scalars, template=optional(metadata=optional(labels=st.just({"app": "x"})), spec=pods)
        )
    },
    ("batch/v1", "CronJob"): {
        "spec": optional(jobTemplate=optional(spec=optional(template=optional(spec=pods))), schedule=scalars)
    },
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): {
        "subjects": st.lists(
            st.fixed_dictionaries(
                {"kind": st.just("ServiceAccount"), "name": st.sampled_from((*NAMES, "default"))},
                optional={"namespace": st.sampled_from(NAMESPACES)},
            ),
            max_size=2,
        )
    },
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): {},
    ("example.org/v1", "Custom"): {"spec": values(3)},
}


@st.composite
def objects(draw: st.DrawFn) -> str:
    """Return a manifest of a few objects."""
    found: dict[tuple[object, ...], str] = {}
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(sorted(SPECS)))
        meta = draw(metadata)
        body: dict[str, Raw] = {
            "apiVersion": kind[0],
            "kind": kind[1],
            "metadata": meta,
            **draw(optional(**SPECS[kind])),
        }
        found[kind, meta["name"], meta.get("namespace")] = write(body).removeprefix("\n")
    return "---\n".join(found.values())


@st.composite
def merge_patches(draw: st.DrawFn) -> tuple[str, Mapping[str, Raw]]:
    """Return a patch that merges, and the rest of its entry."""
    kind = draw(st.sampled_from(sorted(SPECS)))
    body: dict[str, Raw] = {"apiVersion": kind[0], "kind": kind[1], "metadata": draw(metadata)}
    body.update(draw(optional(**SPECS[kind])))
    if draw(st.integers(0, 15)) == 0:
        body["$patch"] = "delete"
    return write(body).removeprefix("\n"), {"target": draw(targets)} if draw(st.integers(0, 5)) else {}


targets = optional(
    kind=st.sampled_from(("Deployment", "ConfigMap", "Custom", ".*")), name=st.sampled_from(("a", "web|b"))
)
steps = st.fixed_dictionaries(
    {
        "op": st.sampled_from(("add", "replace", "add", "copy", "remove")),
        "path": st.sampled_from(
            ("/spec", "/data", "/metadata/labels", "/metadata/annotations/note", "/x", "/metadata/annotations")
        ),
        "from": st.sampled_from(("/kind", "/spec")),
        "value": st.one_of(scalars.filter(bool), st.sampled_from(("{a: 1}", "[x, 2, yes]", "{app: y}"))),
    }
)


@st.composite
def json_patches(draw: st.DrawFn) -> tuple[str, Mapping[str, Raw]]:
    """Return a patch of steps, and the rest of its entry."""
    found = draw(st.lists(steps, min_size=1, max_size=2))
    return write(found).removeprefix("\n"), {"target": draw(targets)}


generators = st.lists(
    st.fixed_dictionaries(
        {"name": names, "literals": st.lists(st.sampled_from(("x=1", "y=yes", "'z=a b'", "big=1e3")), unique=True)},
        optional={
            "behavior": st.sampled_from(("create", "create", "create", "merge", "replace")),
            "namespace": st.sampled_from(NAMESPACES),
            "options": optional(disableNameSuffixHash=st.just("true"), labels=st.just({"app": "gen"})),
        },
    ),
    max_size=1,
)
pairs = st.dictionaries(st.sampled_from(("app", "tier", "new")), texts, min_size=1, max_size=2)
replacements = st.lists(
    st.fixed_dictionaries({
        "source": st.fixed_dictionaries(
            {"kind": st.sampled_from(("ConfigMap", "Deployment", "Service"))},
            optional={
                "name": names,
                "fieldPath": st.sampled_from(("metadata.name", "data.a", "kind", "spec.template.metadata.labels")),
                "options": st.sampled_from(({"delimiter": "'-'", "index": "0"}, {"delimiter": "'-'", "index": "1"})),
            },
        ),
        "targets": st.lists(
            st.fixed_dictionaries(
                {
                    "select": optional(kind=st.sampled_from(("Deployment", "Custom", "Secret")), name=names),
                    "fieldPaths": st.lists(
                        st.sampled_from((
                            "metadata.name", "metadata.labels.app", "'metadata.annotations.[x.y/z]'", "spec.replicas",
                            "'spec.template.spec.containers.[name=a].image'", "'spec.template.spec.containers.*.image'",
                            "spec.a", "spec.a.b10", "spec.template.spec.containers.0.name",
                        )),
                        min_size=1,
                        max_size=2,
                    ),
                },
                optional={
                    "options": st.sampled_from((
                        {"create": "true"}, {"delimiter": "':'", "index": "1"}, {"delimiter": "'-'", "index": "-1"},
                    )),
                    "reject": st.just([{"name": "b"}]),
                },
            ),
            min_size=1,
            max_size=1,
        ),
    }),
    max_size=1,
)  # fmt: skip
CONFIGURATION = """\
nameReference:
- kind: ConfigMap
  version: v1
  fieldSpecs: [{path: spec/name, kind: Custom}, {path: spec/a/name, kind: Custom}]
- kind: Secret
  fieldSpecs: [{path: spec/name, kind: Custom}]
images: [{path: spec/image, kind: Custom}]
namespace: [{path: spec/Upper, kind: Custom, create: true}]
commonLabels: [{path: spec/b9, kind: Custom, create: true}]
"""
changes = optional(
    replacements=replacements,
    namespace=st.sampled_from(NAMESPACES),
    namePrefix=st.sampled_from(("p-", "q-")),
    nameSuffix=st.sampled_from(("-s",)),
    commonLabels=pairs,
    commonAnnotations=pairs,
    labels=st.lists(
        st.fixed_dictionaries(
            {"pairs": pairs}, optional={"includeSelectors": st.just("true"), "includeTemplates": st.just("true")}
        ),
        max_size=2,
    ),
    images=st.lists(
        st.fixed_dictionaries(
            {"name": st.just("nginx")}, optional={"newTag": st.just("'2'"), "newName": st.just("r.example/n")}
        ),
        max_size=1,
    ),
    configMapGenerator=generators,
    secretGenerator=generators,
)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    """Return the files of a tree whose build begins in `build`."""
    files: dict[str, str] = {}

    def kustomization(directory: str, resources: list[Raw], **more: Raw) -> None:
        patches: list[Raw] = []
        for number, (text, entry) in enumerate(draw(st.lists(st.one_of(merge_patches(), json_patches()), max_size=2))):
            files[f"{directory}/p{number}.yaml"] = text
            patches.append({"path": f"p{number}.yaml", **entry})
        fields: dict[str, Raw] = {"resources": resources, **more, **draw(changes), "patches": patches}
        if draw(st.integers(0, 3)) == 0:
            files[f"{directory}/config.yaml"] = CONFIGURATION
            fields["configurations"] = ["config.yaml"]
        files[f"{directory}/kustomization.yaml"] = write(fields).removeprefix("\n")

    has_base, has_component = draw(st.booleans()), draw(st.booleans())
    if has_base:
        files["base/a.yaml"] = draw(objects())
        kustomization("base", ["a.yaml"])
    if has_component:
        kustomization("component", [], apiVersion="kustomize.config.k8s.io/v1alpha1", kind="Component")
    files["build/a.yaml"] = draw(objects())
    bases: list[Raw] = ["../base"] if has_base else []
    components: list[Raw] = ["../component"] if has_component else []
    kustomization("build", ["a.yaml", *bases], components=components)
    return {path: text.encode() for path, text in files.items()}
