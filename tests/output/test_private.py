"""Lines that may hold a secret in the clear are not shown."""

from itertools import product

import pytest

from infra_tool.finding import Finding
from infra_tool.lint.report import Summary
from infra_tool.output import FORMATS, Result

VALUE = "hunter2-canary"
SUMMARY = Summary(1, 0, 0, 1, 0, ())


def show(path: str, text: str, *, code: str = "K003", line: int | None = None) -> str:
    lines = text.split("\n")
    number = line or next(index for index, each in enumerate(lines, 1) if VALUE in each)
    finding = Finding(path, number, 1, code, "wrong")
    return "\n".join(FORMATS["full"].lines(Result([finding], SUMMARY, {path: text.encode()}.get)))


SECRET_FILES = {
    "secret": f"apiVersion: v1\nkind: Secret\nstringData:\n  a: {VALUE}\n",
    "secret in json": f'{{"kind": "Secret", "data": {{"a": "{VALUE}"}}}}',
    "secret in a list": f"kind: List\nitems:\n  - kind: 'Secret'\n    data: {{a: {VALUE}}}\n",
    "secret that does not parse": f"kind: Secret\nstringData: [\n  {VALUE}\n",
    "second document": f"kind: Secret\n---\nkind: ConfigMap\ndata: {{a: {VALUE}}}\n",
    "patch by pointer": f"- op: add\n  path: /data/a\n  value: {VALUE}\n",
    "generator": f"secretGenerator:\n  - literals:\n      - a={VALUE}\n",
    "partly encrypted": f"data:\n  a: ENC[AES256_GCM,data:x]\n  b: {VALUE}\n",
    "private key": f"data:\n  key: |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    {VALUE}\n",
    "age key": f"# AGE-SECRET-KEY-1\na: {VALUE}\n",
    "password": f"a: 1\ndbPassword: {VALUE}\n",
    "token in an argument": f"args: [--api-token={VALUE}]\n",
    "variable": f"env:\n  - name: DB_PASSWORD\n    value: {VALUE}\n",
    "url": f"url: https://bot:{VALUE}@example.test\n",
}


@pytest.mark.parametrize("text", SECRET_FILES.values(), ids=SECRET_FILES)
def test_the_line_is_withheld(text: str) -> None:
    shown = show("apps/web/x.yaml", text)
    assert VALUE not in shown
    assert "| (not shown: it may hold a secret)" in shown


@pytest.mark.parametrize(
    "path", ["apps/a/secrets.enc.yaml", "a/db.sops.yaml", ".env", "prod.env", "my-secrets.yaml", "id.pem", "x.dec.yaml"]
)
def test_files_with_names_of_secrets_are_withheld(path: str) -> None:
    assert VALUE not in show(path, f"a: {VALUE}\n")


def test_a_file_with_a_finding_of_the_secret_rules_is_withheld_everywhere() -> None:
    files = {"a.yaml": f"x: {VALUE}\ny: {VALUE}\n".encode(), "b.yaml": b"x: shown\n"}
    findings = [
        Finding("a.yaml", 1, 1, "T001", "m"),
        Finding("a.yaml", 2, 1, "S014", "m"),
        Finding("b.yaml", 1, 1, "T001", "m"),
    ]
    shown = "\n".join(FORMATS["full"].lines(Result(findings, SUMMARY, files.get)))
    assert VALUE not in shown
    assert "x: shown" in shown


def test_a_finding_about_a_name_withholds_nothing() -> None:
    assert "../components" in show(
        "apps/web/kustomization.yaml", "components:\n  - ../components\n", code="S022", line=2
    )


def test_the_rules_of_sops_are_shown_unless_a_private_key_is_among_them() -> None:
    rules = "creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n"
    assert "encrypted_regex" in show(".sops.yaml", rules, code="S007", line=2)
    assert "encrypted_regex" not in show(".sops.yaml", f"{rules}# AGE-SECRET-KEY-1\n", code="S007", line=2)


@pytest.mark.parametrize(
    "line",
    [
        "automountServiceAccountToken: false",
        "secretName: tls",
        "  - secretRef: {name: x}",
        "secretKeyRef: {name: db, key: user}",
        "image: registry.example.test/team/web:1",
        "mountPath: /data/files",
    ],
)
def test_ordinary_lines_are_shown(line: str) -> None:
    assert line.strip() in show("apps/web/deployment.yaml", f"kind: Deployment\n{line}\n", line=2)


@pytest.mark.parametrize(("format_", "code"), [*product(["concise", "json", "github"], ["S001", "K003"])])
def test_no_other_format_shows_lines(format_: str, code: str) -> None:
    finding = Finding("secret.yaml", 1, 1, code, "wrong")
    shown = "\n".join(FORMATS[format_].lines(Result([finding], SUMMARY, {"secret.yaml": VALUE.encode()}.get)))
    assert VALUE not in shown
