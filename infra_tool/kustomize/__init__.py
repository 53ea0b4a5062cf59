"""Kustomization files as written: what they say, what they name, and what a build of them includes."""

from infra_tool.kustomize.build import Build, Chain, Input, Reached
from infra_tool.kustomize.entries import Entry, Generator, Image, Patch
from infra_tool.kustomize.fields import API_VERSIONS, DEPRECATED, KUSTOMIZATION
from infra_tool.kustomize.file import Kind, KustomizationFile
from infra_tool.kustomize.graph import Graph, Loaded, load, walk
from infra_tool.kustomize.krm import Manifest, objects_of
from infra_tool.kustomize.place import Is, Places, Target
from infra_tool.kustomize.problems import (
    Cycle,
    Empty,
    LeavesRepo,
    Missing,
    NoKustomization,
    NotKrm,
    Problem,
    Twice,
    TwoFiles,
    UnknownField,
    Unreadable,
    WrongHeader,
    WrongKind,
    WrongTarget,
    WrongType,
)
from infra_tool.kustomize.reader import Read, Reader

__all__ = [
    "API_VERSIONS",
    "DEPRECATED",
    "KUSTOMIZATION",
    "Build",
    "Chain",
    "Cycle",
    "Empty",
    "Entry",
    "Generator",
    "Graph",
    "Image",
    "Input",
    "Is",
    "Kind",
    "KustomizationFile",
    "LeavesRepo",
    "Loaded",
    "Manifest",
    "Missing",
    "NoKustomization",
    "NotKrm",
    "Patch",
    "Places",
    "Problem",
    "Reached",
    "Read",
    "Reader",
    "Target",
    "Twice",
    "TwoFiles",
    "UnknownField",
    "Unreadable",
    "WrongHeader",
    "WrongKind",
    "WrongTarget",
    "WrongType",
    "load",
    "objects_of",
    "walk",
]
