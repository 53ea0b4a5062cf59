"""What changes in the clusters between two trees."""

import functools
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra_tool import diff
from infra_tool.edits import MemoryTree

Files = Mapping[str, str]

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - {name: web, image: "web:1", envFrom: [{configMapRef: {name: conf}}]}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain, namespace: web}\ndata: {a: '1', b: 'x'}\n"
LOCKED = """\
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: web}
stringData: {a: 'ENC[]'}
sops: {mac: a}
"""
SHARED = {
    "clusters/koala/kustomization.yaml": "resources: [../../apps/web]\n",
    "apps/web/kustomization.yaml": (
        "resources: [web.yaml, config.yaml, secret.yaml]\n"
        "configMapGenerator: [{name: conf, namespace: web, literals: [a=1]}]\n"
    ),
    "apps/web/web.yaml": WEB,
    "apps/web/config.yaml": CONFIG,
    "apps/web/secret.yaml": LOCKED,
}


def flux(name: str, path: str, more: str = "prune: true") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\n"
        f"spec: {{path: {path}, sourceRef: {{kind: GitRepository, name: flux-system}}, {more}}}\n---\n"
    )


ISOLATED = {
    "clusters/koala/kustomization.yaml": "resources: [flux-system/sync.yaml, web.yaml]\n",
    "clusters/koala/flux-system/sync.yaml": flux("koala", "clusters/koala"),
    "clusters/koala/web.yaml": flux("web", "apps/web"),
    "apps/web/kustomization.yaml": "resources: [config.yaml]\n",
    "apps/web/config.yaml": CONFIG,
}


def tree(files: Files) -> MemoryTree:
    return MemoryTree({path: text.encode() for path, text in files.items()})


def compared(old: Files, new: Files) -> diff.Difference:
    return diff.compare(tree(old), tree(new))


def told(old: Files, new: Files) -> list[str]:
    return list(diff.lines(compared(old, new)))


def edited(files: Files, path: str, old: str, new: str) -> Files:
    assert old in files[path]
    return {**files, path: files[path].replace(old, new)}


def without(files: Files, *paths: str) -> Files:
    return {path: text for path, text in files.items() if path not in paths}


@pytest.mark.parametrize("files", [SHARED, ISOLATED, {}], ids=["shared", "isolated", "empty"])
def test_nothing_changes_between_a_tree_and_itself(files: Files) -> None:
    assert compared(files, files) == diff.Difference((), ())


def test_a_field_is_told_with_its_place_and_pods_that_restart() -> None:
    assert told(SHARED, edited(SHARED, "apps/web/web.yaml", "web:1", "web:2")) == [
        "koala",
        "~ Deployment web/web (changed, pods restart)",
        "    spec.template.spec.containers[web].image: web:1 -> web:2  apps/web/web.yaml:9",
        "pods restart: Deployment web/web",
    ]


def test_colours() -> None:
    new = edited(SHARED, "apps/web/config.yaml", "a: '1'", "a: '2'")
    new = edited(new, "clusters/koala/kustomization.yaml", "apps/web", "apps/web, a.yaml")
    found = list(
        diff.lines(compared(SHARED, {**new, "clusters/koala/a.yaml": CONFIG.replace("plain", "a")}), colour=True)
    )
    assert found[:3] == [
        "\x1b[1mkoala\x1b[0m",
        "\x1b[32m+ ConfigMap web/a (created)\x1b[0m",
        "\x1b[33m~ ConfigMap web/plain (changed)\x1b[0m",
    ]


def test_other_fields_restart_nothing() -> None:
    assert told(SHARED, edited(SHARED, "apps/web/web.yaml", "replicas: 1", "replicas: 2")) == [
        "koala",
        "~ Deployment web/web (changed)",
        "    spec.replicas: 1 -> 2  apps/web/web.yaml:5",
    ]


ENV_FROM = "    spec.template.spec.containers[web].envFrom[0].configMapRef.name"


def test_a_generated_object_is_matched_by_its_name_without_the_hash() -> None:
    assert told(SHARED, edited(SHARED, "apps/web/kustomization.yaml", "a=1", "a=2")) == [
        "koala",
        "~ ConfigMap web/conf-6gtghh96k8 (changed, was conf-h29d89cmmt)",
        '    data.a: "1" -> "2"  apps/web/kustomization.yaml:2',
        "    metadata.name: conf-h29d89cmmt -> conf-6gtghh96k8  apps/web/kustomization.yaml:2",
        "~ Deployment web/web (changed, pods restart)",
        f"{ENV_FROM}: conf-h29d89cmmt -> conf-6gtghh96k8  apps/web/kustomization.yaml:2",
        "pods restart: Deployment web/web",
    ]


def test_values_of_secrets_and_the_notes_of_sops_are_not_told() -> None:
    new = edited(SHARED, "apps/web/secret.yaml", "{a: 'ENC[]'}\nsops: {mac: a}", "{a: hunter2}\nsops: {mac: b}")
    assert told(SHARED, new) == [
        "koala",
        "~ Secret web/key (changed)",
        "    stringData.a: (hidden) (changed)  apps/web/secret.yaml:4",
    ]
    only_notes = edited(SHARED, "apps/web/secret.yaml", "mac: a", "mac: b")
    assert told(SHARED, only_notes) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://me:hunter2@example.org", "(hidden)"),
        ("https://example.org", "https://example.org"),
        ("'ENC[AES256_GCM,data:hunter2]'", "(hidden)"),
        ('"line\\npassword=hunter2\\n"', "+ (hidden)"),
    ],
)
def test_what_looks_like_a_credential_is_not_told(value: str, shown: str) -> None:
    lines = "\n".join(told(SHARED, edited(SHARED, "apps/web/config.yaml", "b: 'x'", f"b: {value}")))
    assert shown in lines
    assert "hunter2" not in lines


def test_the_password_of_a_container_is_not_told() -> None:
    new = edited(SHARED, "apps/web/web.yaml", "envFrom", "env: [{name: DB_PASSWORD, value: hunter2}], envFrom")
    found = compared(SHARED, new)
    assert [field.new for field in found.objects[0].fields] == [[{"name": "DB_PASSWORD", "value": "(hidden)"}]]
    assert "hunter2" not in repr(found)


def gone(old: Files, new: Files) -> Iterator[tuple[str, str, str | None]]:
    return ((one.name, one.action, one.why) for one in compared(old, new).objects if one.action != "changed")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            ISOLATED,
            edited(ISOLATED, "apps/web/kustomization.yaml", "[config.yaml]", "[]"),
            [("plain", "deleted", None)],
            id="pruned",
        ),
        pytest.param(
            edited(ISOLATED, "clusters/koala/web.yaml", "prune: true", "prune: false"),
            edited(
                edited(ISOLATED, "clusters/koala/web.yaml", "prune: true", "prune: false"),
                "apps/web/kustomization.yaml",
                "[config.yaml]",
                "[]",
            ),
            [("plain", "stays", "flux-system/web does not prune")],
            id="not pruned",
        ),
        pytest.param(
            ISOLATED,
            edited(ISOLATED, "clusters/koala/kustomization.yaml", ", web.yaml", ""),
            [("web", "deleted", None), ("plain", "deleted", None)],
            id="goes with its Flux Kustomization",
        ),
        pytest.param(
            edited(ISOLATED, "clusters/koala/web.yaml", "prune: true", "prune: true, deletionPolicy: Orphan"),
            edited(ISOLATED, "clusters/koala/kustomization.yaml", ", web.yaml", ""),
            [("web", "deleted", None), ("plain", "stays", "flux-system/web does not prune")],
            id="orphaned",
        ),
        pytest.param(
            edited(ISOLATED, "clusters/koala/web.yaml", "prune: true", "prune: true, suspend: true"),
            edited(ISOLATED, "clusters/koala/kustomization.yaml", ", web.yaml", ""),
            [("web", "deleted", None), ("plain", "stays", "flux-system/web is suspended")],
            id="suspended",
        ),
        pytest.param(
            edited(ISOLATED, "clusters/koala/flux-system/sync.yaml", "prune: true", "prune: false"),
            edited(
                edited(ISOLATED, "clusters/koala/flux-system/sync.yaml", "prune: true", "prune: false"),
                "clusters/koala/kustomization.yaml",
                ", web.yaml",
                "",
            ),
            [("web", "stays", "flux-system/koala does not prune"), ("plain", "stays", "flux-system/web stays")],
            id="its Flux Kustomization stays",
        ),
        pytest.param(
            edited(
                ISOLATED,
                "apps/web/config.yaml",
                "namespace: web",
                "namespace: web, annotations: {kustomize.toolkit.fluxcd.io/prune: Disabled}",
            ),
            edited(ISOLATED, "apps/web/kustomization.yaml", "[config.yaml]", "[]"),
            [("plain", "stays", "kustomize.toolkit.fluxcd.io/prune: disabled")],
            id="opted out",
        ),
        pytest.param(
            ISOLATED,
            edited(ISOLATED, "clusters/koala/kustomization.yaml", "flux-system/sync.yaml, ", ""),
            [("koala", "deleted", None)],
            id="brings itself",
        ),
        pytest.param(
            edited(ISOLATED, "apps/web/kustomization.yaml", "[config.yaml]", "[]"),
            ISOLATED,
            [("plain", "created", None)],
            id="new",
        ),
    ],
)
def test_what_becomes_of_an_object(old: Files, new: Files, expected: list[tuple[str, str, str | None]]) -> None:
    assert list(gone(old, new)) == expected


SSA = "kustomize.toolkit.fluxcd.io/ssa: IfNotPresent"


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("prune: true", "prune: true, suspend: true", "flux-system/web is suspended"),
        ("namespace: web}", f"namespace: web, annotations: {{{SSA}}}}}", SSA),
    ],
)
def test_what_flux_does_not_do_yet_is_said_and_restarts_nothing(old: str, new: str, note: str) -> None:
    before = {**ISOLATED, "apps/web/config.yaml": WEB}
    before = {path: text.replace(old, new) if "web" in path else text for path, text in before.items()}
    found = compared(before, edited(before, "apps/web/config.yaml", "web:1", "web:2"))
    assert [(one.unapplied, one.restarts) for one in found.objects] == [(note, False)]
    assert list(diff.lines(found))[1] == f"~ Deployment web/web (changed, not yet: {note})"


def test_an_object_that_moves_to_another_flux_kustomization_stays_the_same() -> None:
    new = {
        **edited(ISOLATED, "apps/web/kustomization.yaml", "[config.yaml]", "[]"),
        "clusters/koala/web.yaml": flux("web", "apps/web") + flux("other", "apps/other"),
        "apps/other/config.yaml": CONFIG,
    }
    assert [(one.name, one.action) for one in compared(ISOLATED, new).objects] == [("other", "created")]


@pytest.mark.parametrize("swap", [False, True])
def test_what_cannot_be_built_is_named_and_nothing_is_called_gone(swap: bool) -> None:  # noqa: FBT001 -- a column
    broken = edited(SHARED, "apps/web/kustomization.yaml", "config.yaml,", "config.yaml, lost.yaml,")
    broken = edited(broken, "clusters/koala/kustomization.yaml", "[", "[../../apps/api, ")
    broken = {**broken, "apps/api/kustomization.yaml": "resources: [a.yaml]\n"}
    broken = {**broken, "apps/api/a.yaml": CONFIG.replace("name: plain", "name: api").replace("'1'", "'2'")}
    whole = edited(SHARED, "clusters/koala/kustomization.yaml", "[", "[../../apps/api, ")
    whole = {**whole, "apps/api/kustomization.yaml": "resources: [a.yaml]\n"}
    whole = {**whole, "apps/api/a.yaml": CONFIG.replace("name: plain", "name: api")}
    found = compared(broken, whole) if swap else compared(whole, broken)
    assert [(one.name, one.action) for one in found.objects] == [("api", "changed")]
    assert [(gap.tree, gap.error.path, gap.error.line) for gap in found.gaps] == [
        ("old" if swap else "new", "apps/web/kustomization.yaml", 1)
    ]


def test_what_comes_from_another_source_is_not_called_gone() -> None:
    new = edited(ISOLATED, "clusters/koala/web.yaml", "GitRepository, name: flux-system", "ExternalArtifact, name: web")
    found = compared(ISOLATED, new)
    assert [(one.name, one.action) for one in found.objects] == [("web", "changed")]
    assert [str(gap.error) for gap in found.gaps] == ["flux-system/web applies what is not in this repo"]
    assert [(one.name, one.action) for one in compared(new, ISOLATED).objects] == [("web", "changed")]


def test_variables_are_replaced_on_both_sides() -> None:
    more = "prune: true, postBuild: {substitute: {WORD: hello}}"
    old = {
        **ISOLATED,
        "clusters/koala/web.yaml": flux("web", "apps/web", more),
        "apps/web/config.yaml": CONFIG.replace("'x'", "'${WORD}'"),
    }
    lines = told(old, edited(old, "clusters/koala/web.yaml", "hello", "bye"))
    assert "    data.b: hello -> bye  apps/web/config.yaml:4" in lines


def test_an_object_that_is_no_yaml_with_its_variables_is_named() -> None:
    more = 'prune: true, postBuild: {substitute: {PAIR: "b: c"}}'
    old = {**ISOLATED, "clusters/koala/web.yaml": flux("web", "apps/web", more)}
    found = compared(old, edited(old, "apps/web/config.yaml", "b: 'x'", "b: '${PAIR}'"))
    assert [(gap.tree, gap.error.path, gap.error.line) for gap in found.gaps] == [("new", "apps/web/config.yaml", 4)]


def test_a_repo_without_clusters() -> None:
    old = {"flux/web.yaml": flux("web", "apps/web"), "apps/web/config.yaml": CONFIG}
    assert told(old, edited(old, "apps/web/config.yaml", "b: 'x'", "b: z")) == [
        "(no cluster named)",
        "~ ConfigMap web/plain (changed)",
        "    data.b: x -> z  apps/web/config.yaml:4",
    ]


def test_what_is_new_or_removed_is_said() -> None:
    new = edited(SHARED, "apps/web/config.yaml", "b: 'x'", "c: 'x', d: {e: 1, f: 2}")
    assert told(SHARED, new)[2:] == [
        "    data.b: x (removed)  apps/web/config.yaml:4",
        "    data.c: x (new)  apps/web/config.yaml:4",
        "    data.d: (new)  apps/web/config.yaml:4",
        "      + e: 1",
        "      + f: 2",
    ]


def test_the_namespace_of_a_kind_that_is_not_known_is_what_is_written() -> None:
    issuer = "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {name: acme}\n"
    new = {**ISOLATED, "clusters/koala/issuer.yaml": issuer}
    new = edited(new, "clusters/koala/kustomization.yaml", "web.yaml", "web.yaml, issuer.yaml")
    assert told(ISOLATED, new) == ["koala", "+ ClusterIssuer acme (created)"]


def test_texts_of_several_lines_are_told_line_by_line() -> None:
    old = edited(SHARED, "apps/web/config.yaml", "b: 'x'", '"c.ini": "a\\nb\\nc\\nd\\n"')
    assert told(old, edited(old, "apps/web/config.yaml", "b\\n", "B\\n"))[2:] == [
        '    data["c.ini"]:  apps/web/config.yaml:4',
        "        a",
        "      - b",
        "      + B",
        "        c",
    ]


EDITS = (
    ("apps/web/web.yaml", "web:1", "web:2"),
    ("apps/web/web.yaml", "replicas: 1", "replicas: 2"),
    ("apps/web/web.yaml", "name: web, namespace", "name: api, namespace"),
    ("apps/web/config.yaml", "a: '1'", "a: 1"),
    ("apps/web/config.yaml", "b: 'x'", "c: [1, {d: e}]"),
    ("apps/web/secret.yaml", "a: 'ENC[]'", "a: 'ENC[1]', b: c"),
    ("apps/web/kustomization.yaml", "a=1", "a=2, b=3"),
    ("apps/web/kustomization.yaml", "config.yaml, ", ""),
    ("apps/web/kustomization.yaml", "resources", "namePrefix: x-\nresources"),
    ("clusters/koala/kustomization.yaml", "[../../apps/web]", "[]"),
)
TREES = st.sets(st.sampled_from(EDITS)).map(
    lambda edits: {
        path: functools.reduce(lambda text, edit: text.replace(*edit[1:]) if edit[0] == path else text, edits, text)
        for path, text in SHARED.items()
    }
)
BACK = {"created": "deleted", "deleted": "created", "changed": "changed"}


@settings(max_examples=60, deadline=None)
@given(old=TREES, new=TREES)
def test_what_changes_changes_back(old: Files, new: Files) -> None:
    assert compared(old, old) == diff.Difference((), ())
    there, back = compared(old, new).objects, compared(new, old).objects
    assert sorted((one.kind, BACK[one.action]) for one in there) == sorted((one.kind, one.action) for one in back)
    assert {(one.kind, one.restarts) for one in there} == {(one.kind, one.restarts) for one in back}
    turned = {(field.name, repr(field.new), repr(field.old)) for one in there for field in one.fields}
    assert turned == {(field.name, repr(field.old), repr(field.new)) for one in back for field in one.fields}


@given(limit=st.integers(400, 3000))
def test_a_page_is_never_longer_than_it_may_be(limit: int) -> None:
    new = dict(SHARED)
    for number in range(20):
        new[f"apps/web/c{number}.yaml"] = CONFIG.replace("plain", f"c{number}")
    names = ", ".join(f"c{number}.yaml" for number in range(20))
    old = edited(new, "apps/web/kustomization.yaml", "web.yaml,", f"web.yaml, {names},")
    changed = {path: text.replace("a: '1'", "a: 'two'") for path, text in old.items()}
    page = diff.markdown(compared(old, changed), limit)
    assert len(page) <= limit
    assert "21 changed" in page
    assert ("more objects" in page) or page.count("data.a") == 42 or "fields left out" in page


def test_the_top_of_a_page_names_only_so_many() -> None:
    names = [f"w{number}" for number in range(30)]
    old = {**SHARED, **{f"apps/web/{name}.yaml": WEB.replace("{name: web,", f"{{name: {name},", 1) for name in names}}
    old = edited(old, "apps/web/kustomization.yaml", "[web", f"[{', '.join(f'{name}.yaml' for name in names)}, web")
    new = {path: text.replace("web:1", "web:2") for path, text in old.items()}
    top = diff.markdown(compared(old, new)).splitlines()[2]
    assert top.startswith("Pods restart: `Deployment web/w0`, `Deployment web/w1`, ")
    assert top.endswith(" and 11 more")


def test_nothing_in_a_page_ends_its_fences_or_code() -> None:
    new = edited(SHARED, "apps/web/config.yaml", "b: 'x'", 'b: "```\\n</details> @team\\n````"')
    page = diff.markdown(compared(SHARED, new))
    assert "  `````diff\n" in page
    assert page.count("`````") == 2


def test_a_number_that_is_none_does_not_change_into_itself() -> None:
    old = edited(SHARED, "apps/web/config.yaml", "a: '1'", "a: .nan")
    assert compared(old, edited(old, "apps/web/config.yaml", "b: 'x'", "b: x")).objects == ()
    found = compared(old, edited(old, "apps/web/config.yaml", "a: .nan", "a: -.inf")).objects
    assert [(field.old, field.new) for field in found[0].fields] == [(".nan", "-.inf")]
