"""What infra-tool encrypts, Flux opens: the API has the plaintext, and with a wrong key nothing changes."""

import base64

import pytest
from rig.cluster import Cluster

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

VALUE = 'erste Zeile: groß\n\tzweite "Zeile"\n# kein Kommentar\n'
OTHER = "another value"
PLAIN = (
    f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  token: {OTHER}\n  note: |-\n    a\n    b\n"
)
KEYS = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "sops-age", "namespace": "flux-system"}}


def text(cluster: Cluster, name: str, key: str) -> str | None:
    """Return a value of a Secret in the API."""
    found = cluster.plain(name, "web").get(key)
    return None if found is None else base64.b64decode(found).decode()


def new_key() -> tuple[str, str]:
    """Return a public key and its private one."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


@pytest.fixture
def web(koala: Cluster) -> Cluster:
    """Return the cluster with a service and two Secrets of it: one by new-service, one by encrypt-secret."""
    koala.tool("new-service", "web", "--tag", "v1")
    place = koala.checkout / "apps/web"
    value = koala.checkout.parent / "value"
    value.write_text(VALUE, encoding="utf-8")
    koala.tool("secret set", "apps/web/secrets.enc.yaml", "--from-file", f"SECRET_KEY={value}")
    (place / "login.enc.yaml").write_text(PLAIN, encoding="utf-8")
    koala.tool("encrypt-secret", "apps/web/login.enc.yaml")
    assert OTHER not in (place / "login.enc.yaml").read_text(encoding="utf-8")
    listed = place / "kustomization.yaml"
    listed.write_text(listed.read_text().replace("  - service.yaml\n", "  - service.yaml\n  - login.enc.yaml\n"))
    koala.applied(koala.push())
    return koala


def test_the_secret_in_the_api_is_the_plaintext(web: Cluster) -> None:
    assert text(web, "web-secrets", "SECRET_KEY") == VALUE
    assert (text(web, "login", "token"), text(web, "login", "note")) == (OTHER, "a\nb")


def test_with_a_wrong_key_nothing_is_applied_partly(web: Cluster) -> None:
    right = web.plain("sops-age", "flux-system")
    assert web.kube.apply({**KEYS, "stringData": {"age.agekey": new_key()[1]}}).is_ok
    value = web.checkout.parent / "value"
    value.write_text("changed", encoding="utf-8")
    web.tool("secret set", "apps/web/secrets.enc.yaml", "--from-file", f"SECRET_KEY={value}")
    web.tool("bump", "web", "v2")
    ready = web.flux.settled(web.push())
    assert (ready["status"], ready["reason"]) == ("False", "BuildFailed")
    assert "apps/web/secrets.enc.yaml" in ready["message"] or "web-secrets" in ready["message"]
    assert "decrypt" in ready["message"]
    assert text(web, "web-secrets", "SECRET_KEY") == VALUE
    assert web.image("web").endswith("/web:v1")

    assert web.kube.apply({**KEYS, "data": right}).is_ok
    web.applied(web.push("again"))
    assert text(web, "web-secrets", "SECRET_KEY") == "changed"
    assert web.image("web").endswith("/web:v2")


def test_secrets_are_opened_after_their_recipients_change(web: Cluster) -> None:
    public, _ = new_key()
    web.tool("secret recipient add", public, "--name", "ada")
    web.tool("secret rotate", "--all")
    web.applied(web.push("ada may read"))
    assert (text(web, "web-secrets", "SECRET_KEY"), text(web, "login", "token")) == (VALUE, OTHER)
    web.tool("secret recipient remove", "ada")
    web.tool("secret rotate", "--all")
    web.tool("secret unset", "apps/web/login.enc.yaml", "note")
    web.applied(web.push("ada is gone"))
    assert (text(web, "web-secrets", "SECRET_KEY"), text(web, "login", "token")) == (VALUE, OTHER)
    assert text(web, "login", "note") is None
