"""What a build includes: the values that a walk makes."""

from dataclasses import dataclass
from typing import NamedTuple

from infra_tool.kustomize.entries import Entry
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.problems import Problem
from infra_tool.yamldoc import YamlFile

Chain = tuple[KustomizationFile, ...]


class Reached(NamedTuple):
    """A manifest that a build includes.

    `chain` are the kustomization files on the way, outermost first; `entry`, of the last of them, names the manifest.
    `transformers` are the kustomization files whose fields act on its objects, in the order in which they act: the
    chain from inside out, with the components that stand beside it. `file` is None when manifests are not read, or
    this one cannot be.
    """

    path: str
    entry: Entry
    chain: Chain
    transformers: Chain
    file: YamlFile | None


class Input(NamedTuple):
    """A file that a kustomization file names other than as a resource; `entry.field` says as what."""

    path: str
    entry: Entry
    owner: KustomizationFile


class Remote(NamedTuple):
    """A URL that a kustomization file names; what is there is not known here."""

    entry: Entry
    owner: KustomizationFile


@dataclass(frozen=True)
class Build:
    """What the kustomization of a directory includes; `root` is None when it has none that can be read.

    `kustomizations` holds each file once, in the order in which they are met; a directory that two others include
    gives its manifests once for each way.
    """

    directory: str
    root: KustomizationFile | None
    files: tuple[Reached, ...]
    inputs: tuple[Input, ...]
    kustomizations: tuple[KustomizationFile, ...]
    remotes: tuple[Remote, ...]
    problems: tuple[Problem, ...]
