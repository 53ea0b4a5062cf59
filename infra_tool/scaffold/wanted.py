"""What a person asks of a new service, checked and turned into the answers of the template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from infra_tool import reference
from infra_tool.errors import UsageError
from infra_tool.scaffold import names
from infra_tool.scaffold.answers import Answer, Answers

Kind = Literal["web", "worker", "cron", "stateful"]
Layout = Literal["shared", "isolated"]

DEFAULT_SECRET = "SECRET_KEY"  # noqa: S105 -- the name of a key
SERVERS = ("web", "stateful")
PORTS = range(1, 65536)


class Volume(NamedTuple):
    """A volume to ask for: its size and where it is mounted."""

    size: str
    path: str

    @classmethod
    def parse(cls, text: str) -> "Volume":
        """Read `SIZE:PATH`; raises UsageError."""
        size, separator, path = text.partition(":")
        if not separator or not path.startswith("/") or path == "/":
            raise UsageError(f"{text!r} is no volume", hint="SIZE:PATH, for example 5Gi:/data")
        names.check_quantity(size)
        return cls(size, path.rstrip("/"))


class Tls(NamedTuple):
    """Where the certificate comes from: a ClusterIssuer or a Secret of that name, or nowhere."""

    source: Literal["none", "issuer", "secret"]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A new service as asked for; None leaves a choice to the repo's configuration.

    `image` may carry a tag or digest. `secrets` become stubs, `generate` random values. `data` answers further
    questions of the template.
    """

    name: str
    kind: Kind = "web"
    cluster: str | None = None
    image: str | None = None
    tag: str | None = None
    port: int | None = None
    host: str | None = None
    tls: Tls | None = None
    secrets: tuple[str, ...] = ()
    generate: tuple[str, ...] = ()
    has_secrets: bool = True
    volumes: tuple[Volume, ...] = ()
    data: Mapping[str, Answer] = field(default_factory=dict)

    def check(self) -> None:
        """Raise UsageError for what contradicts itself or cannot exist."""
        names.check_service(self.name, has_port=self.kind in SERVERS)
        for key in (*self.secrets, *self.generate):
            names.check_variable(key)
        if self.kind not in SERVERS and (self.host or self.port):
            flag = "--host" if self.host else "--port"
            raise UsageError(f"a service of kind {self.kind} has no port, so {flag} means nothing")
        if self.port is not None and self.port not in PORTS:
            raise UsageError(f"{self.port} is no port", hint="1 to 65535")
        if self.host:
            names.check_host(self.host)
        elif self.tls is not None:
            raise UsageError("TLS is for a host name", hint="give --host too")
        self._check_twice("--secret or --generate", (*self.secrets, *self.generate))
        self._check_twice("--volume", tuple(volume.path for volume in self.volumes))
        if "/tmp" in {volume.path for volume in self.volumes}:  # noqa: S108 -- a path in the container
            raise UsageError("every pod has an empty directory there already", hint="choose another path")
        if not self.has_secrets and (self.secrets or self.generate):
            raise UsageError("--no-secrets and --secret or --generate exclude each other")

    def _check_twice(self, flag: str, given: tuple[str, ...]) -> None:
        for value in given:
            if given.count(value) > 1:
                raise UsageError(f"{flag} names {value} twice")

    def leaves_open(self) -> frozenset[str]:
        """Return the answers that come from the repo as it is: another value later gives the name no other meaning."""
        image = set() if self.image else {"image"}
        tls = set() if self.tls else {"tls", "tls_issuer", "tls_secret"}
        return frozenset({"registry_pull", "kubernetes", "ingress_class", *image, *tls})


class Place(NamedTuple):
    """What the repo says about a new service: registry and owner of its image, layout, ingress, cluster version."""

    layout: Layout
    registry: str | None
    owner: str | None
    kubernetes: str
    ingress_class: str | None
    tls_issuer: str | None
    has_pull_secret: bool


def answers(wanted: Wanted, place: Place) -> Answers:
    """Return the answers of the template of a service. Raises UsageError for an image that cannot be deployed."""
    image = _image(wanted, place)
    tls = _tls(wanted, place)
    keys = wanted.secrets or (() if wanted.generate or not wanted.has_secrets else (DEFAULT_SECRET,))
    found: Answers = {
        "service": wanted.name,
        "kind": wanted.kind,
        "layout": place.layout,
        "image": image.name,
        "tag": image.tag or ("" if image.digest else reference.PLACEHOLDER),
        "digest": image.digest or "",
        "host": wanted.host or "",
        "tls": tls.source,
        "tls_issuer": tls.name if tls.source == "issuer" else "",
        "tls_secret": tls.name if tls.source == "secret" else "",
        "ingress_class": place.ingress_class or "",
        "volumes": [{"size": volume.size, "path": volume.path} for volume in _volumes(wanted)],
        "secrets": list(keys),
        "generate": list(wanted.generate),
        "kubernetes": place.kubernetes,
        # Only an image of our own registry needs the credential: it is not handed to other people's programs.
        "registry_pull": place.has_pull_secret and image.registry == place.registry,
    }
    if wanted.kind in SERVERS and wanted.port is not None:
        found["port"] = wanted.port
    for key in wanted.data:
        if key in found or key == "port":
            raise UsageError(f"--data {key}=...: this answer has an option of its own, or comes from the repo")
    return {**found, **wanted.data}


def _image(wanted: Wanted, place: Place) -> reference.Reference:
    if wanted.image is None and not (place.registry and place.owner):
        missing = "registry" if not place.registry else "owner"
        raise UsageError(f"the configuration names no {missing}, so the image is not known", hint="give --image")
    image = reference.parse(wanted.image or f"{place.registry}/{place.owner}/{wanted.name}")
    if wanted.tag and image.tag and wanted.tag != image.tag:
        raise UsageError(f"--image says tag {image.tag}, --tag says {wanted.tag}")
    if wanted.tag and not reference.is_tag(wanted.tag):
        raise UsageError(f"{wanted.tag!r} is no tag of an image")
    tag = wanted.tag or image.tag
    if tag is None and image.digest is None and image.registry != place.registry:
        raise UsageError(
            f"the image {image.name} needs a tag: no build of ours will ever give it one", hint="give --tag"
        )
    return image._replace(tag=tag)


def _volumes(wanted: Wanted) -> tuple[Volume, ...]:
    return wanted.volumes or ((Volume("1Gi", "/data"),) if wanted.kind == "stateful" else ())


def _tls(wanted: Wanted, place: Place) -> Tls:
    if wanted.tls is not None or not wanted.host:
        return wanted.tls or Tls("none")
    return Tls("issuer", place.tls_issuer) if place.tls_issuer else Tls("none")
