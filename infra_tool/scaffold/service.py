"""A new service: its directory, its encrypted secrets, its place in a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra_tool import repo, sops, yamldoc
from infra_tool.edits import Change, Edits, File, Plan, Snapshot, Tree, is_directory
from infra_tool.errors import UsageError
from infra_tool.finding import Finding
from infra_tool.reference import Reference
from infra_tool.scaffold import answers as answering
from infra_tool.scaffold import judging, registration, rendering, sealing, wanted
from infra_tool.scaffold.answers import Answers
from infra_tool.scaffold.judging import Lint
from infra_tool.scaffold.rendering import Rendered
from infra_tool.scaffold.templates import Template
from infra_tool.scaffold.wanted import Layout, Place, Wanted
from infra_tool.sops import Entropy, Secret

FINGERPRINT = "infra-tool-secrets-fingerprint"
"""Stands in the rendered files until the ciphertext is there to take the fingerprint of."""

STUB = "set-me"
GENERATED_BYTES = 32
OURS = {"service", "cluster", "image"}
"""Answers that are recorded of every service, and by no other use of Copier."""

PULL_COMPONENT = "components/registry-pull/kustomization.yaml"


@dataclass(frozen=True)
class NewService:
    """What became of a new service. `stubs` are the keys of its Secret that still need a value.

    `files` are the files written now: none when the service was there already.
    """

    service: str
    cluster: str
    layout: Layout
    image: str
    secrets: str | None
    stubs: tuple[str, ...]
    host: str | None
    is_plain_http: bool
    files: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def new_service(
    asked: Wanted, template: Template, *, entropy: Entropy, lint: Lint, trusted: bool = False
) -> Change[NewService]:
    """Return the change that makes a service.

    The change raises UsageError when the name means another service already, when the cluster is not known, when
    nobody could open the secrets, or when lint finds an error in what was made.
    """
    asked.check()
    _check_data(asked, template)
    render = rendering.once(template, {"secrets_fingerprint": FINGERPRINT}, trusted=trusted)

    def change(snapshot: Snapshot) -> Plan[NewService]:
        tree = snapshot.tree
        config = repo.load_config(tree)
        cluster = registration.choose_cluster(tree, config, asked.cluster)
        layout = repo.detect_layout(tree, config, cluster)
        given = wanted.answers(asked, _place(tree, config, layout))
        recorded = _recorded(tree, asked.name)
        if recorded is not None:
            # What is given by name becomes what the template takes it for: "2" and 2 are one answer.
            again = render(given).answers if asked.data else given
            _check_same(asked, recorded, {**again, "cluster": cluster})
        edits = Edits()
        if recorded is None or not repo.is_registered(tree, cluster, registration.entry(layout, asked.name)):
            made = render(given)
            recorded = {**made.answers, "cluster": cluster}
            edits = _files(tree, template, config, made, recorded, entropy)
            edits = registration.register(tree, edits, cluster, layout, asked.name).effective(tree)
        result = _result(recorded, layout, edits, judging.judge(tree, edits, lint))
        return Plan(edits, f"feat({asked.name}): new service on {cluster}", result)

    return change


def _check_data(asked: Wanted, template: Template) -> None:
    """Raise UsageError for `--data` that answers no question: it would be lost without a word."""
    questions = template.questions
    if questions is None:
        return
    for key in asked.data:
        if key not in questions:
            hint = repo.did_you_mean(key, questions) or f"questions: {', '.join(questions)}"
            raise UsageError(f"the template asks no question {key}", hint=hint)


def _place(tree: Tree, config: repo.Config, layout: Layout) -> Place:
    return Place(
        layout=layout,
        registry=config.registry,
        owner=config.owner,
        kubernetes=config.kubernetes,
        ingress_class=config.ingress.class_,
        tls_issuer=config.ingress.tls_issuer,
        has_pull_secret=PULL_COMPONENT in tree.entries,
    )


def _recorded(tree: Tree, service: str) -> Answers | None:
    """Return what a service of this name was made from, None when there is none.

    Raises UsageError when its directory was not made here.
    """
    directory = f"{repo.APPS}/{service}"
    path = f"{directory}/{answering.NAME}"
    answers = answering.read(tree.read(path), path) if path in tree.entries else {}
    if answers.keys() >= OURS:
        return answers
    if is_directory(tree, directory):
        hint = "choose another name; what someone else made is left alone"
        raise UsageError(f"{directory} exists already and was not made by new-service", hint=hint)
    return None


def _check_same(asked: Wanted, old: Answers, new: Answers) -> None:
    """Raise UsageError when the name means another service already."""
    different = [key for key in answering.differences(old, new) if key not in asked.leaves_open()]
    if different:
        told = ", ".join(f"{key} is {_show(old[key])}, not {_show(new[key])}" for key in different)
        raise UsageError(
            f"{repo.APPS}/{asked.name} is another service already: {told}", hint="edit its files, or choose a name"
        )


def _show(answer: answering.Answer) -> str:
    if isinstance(answer, dict):
        return ":".join(_show(part) for part in answer.values())
    if isinstance(answer, list):
        return " and ".join(_show(part) for part in answer) or "none"
    return str(answer or "none")


def _files(
    tree: Tree, template: Template, config: repo.Config, made: Rendered, record: Answers, entropy: Entropy
) -> Edits:
    """Return the files of the service's directory that are not there yet.

    The answers come first, since they name it, then the ciphertext, which the others hold the fingerprint of.
    """
    directory = f"{repo.APPS}/{record['service']}"
    sealed = {
        path: sealing.seal(tree, f"{directory}/{path}", plain, entropy, backend=config.secrets_backend)
        for path, plain in sealing.render_secrets(template, made.known, _values(record, entropy)).items()
    }
    fingerprint = sops.fingerprint(*(yamldoc.parse(sealed[path], path) for path in sorted(sealed))).encode()
    wanted_files = {
        answering.NAME: File(answering.record(template, record)),
        **{path: File(data) for path, data in sealed.items()},
        **{
            path: File(file.data.replace(FINGERPRINT.encode(), fingerprint), file.mode)
            for path, file in made.files.items()
            if path != answering.NAME
        },
    }
    new = {f"{directory}/{path}": file for path, file in wanted_files.items()}
    return Edits({path: file for path, file in new.items() if path not in tree.entries})


def _values(made: Answers, entropy: Entropy) -> Mapping[str, Secret]:
    values = {key: Secret(STUB) for key in _keys(made, "secrets")}
    for key in _keys(made, "generate"):
        values[key] = Secret(entropy.random(f"{made['service']}/{key}", GENERATED_BYTES).hex())
    return values


def _keys(made: Answers, name: str) -> tuple[str, ...]:
    listed = made.get(name)
    return tuple(str(key) for key in listed) if isinstance(listed, list) else ()


def _result(record: Answers, layout: Layout, edits: Edits, findings: tuple[Finding, ...]) -> NewService:
    service, host = str(record["service"]), str(record.get("host") or "")
    has_secrets = bool(_keys(record, "secrets") or _keys(record, "generate"))
    image = Reference(str(record["image"]), _text(record, "tag"), _text(record, "digest"))
    return NewService(
        service=service,
        cluster=str(record["cluster"]),
        layout=layout,
        image=str(image),
        secrets=f"{repo.APPS}/{service}/secrets.enc.yaml" if has_secrets else None,
        stubs=_keys(record, "secrets"),
        host=host or None,
        is_plain_http=bool(host) and record.get("tls") == "none",
        files=tuple(edits),
        findings=findings,
    )


def _text(record: Answers, name: str) -> str | None:
    return str(record.get(name) or "") or None
