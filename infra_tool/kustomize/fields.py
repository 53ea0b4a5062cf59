"""The fields of a kustomization file, as kustomize 5.8.1 decodes them; learnt by running it on each.

A shape is a word for a scalar, a one-tuple for a list of its item, or a mapping from field names to shapes, in which
`*` stands for any name. Go's decoder folds case: `Resources` is `resources`.
"""

from collections.abc import Mapping
from typing import Final

TEXT: Final = "text"
FLAG: Final = "flag"
NUMBER: Final = "number"
ANY: Final = "any"

Shape = str | tuple["Shape"] | Mapping[str, "Shape"]

TEXTS: Shape = (TEXT,)
LABELS: Shape = {"*": TEXT}
OBJECT: Shape = {"*": ANY}
GVK: Mapping[str, Shape] = {"group": TEXT, "version": TEXT, "kind": TEXT}
NAMED: Mapping[str, Shape] = {**GVK, "name": TEXT, "namespace": TEXT}
SELECTOR: Mapping[str, Shape] = {**NAMED, "annotationSelector": TEXT, "labelSelector": TEXT}
OPTIONS: Shape = {"labels": LABELS, "annotations": LABELS, "disableNameSuffixHash": FLAG, "immutable": FLAG}
PATCH: Shape = {
    "path": TEXT,
    "patch": TEXT,
    "target": SELECTOR,
    "options": {"allowNameChange": FLAG, "allowKindChange": FLAG},
}
GENERATOR: Mapping[str, Shape] = {
    "name": TEXT,
    "namespace": TEXT,
    "behavior": TEXT,
    "literals": TEXTS,
    "files": TEXTS,
    "envs": TEXTS,
    "env": TEXT,
    "options": OPTIONS,
}
IMAGE: Shape = {"name": TEXT, "newName": TEXT, "tagSuffix": TEXT, "newTag": TEXT, "digest": TEXT}
PART: Shape = {"delimiter": TEXT, "index": NUMBER, "encoding": TEXT, "create": FLAG}
REPLACEMENT: Shape = {
    "path": TEXT,
    "sourceValue": TEXT,
    "source": {**NAMED, "fieldPath": TEXT, "options": PART},
    "targets": ({"select": SELECTOR, "reject": (SELECTOR,), "fieldPaths": TEXTS, "options": PART},),
}
HELM_CHART: Shape = {
    **dict.fromkeys(("name", "version", "repo", "releaseName", "namespace", "valuesFile", "valuesMerge"), TEXT),
    **dict.fromkeys(("kubeVersion", "nameTemplate"), TEXT),
    **dict.fromkeys(("includeCRDs", "skipHooks", "skipTests", "debug", "devel"), FLAG),
    **dict.fromkeys(("additionalValuesFiles", "apiVersions"), TEXTS),
    "valuesInline": OBJECT,
}
HELM_INFLATION: Shape = {
    **dict.fromkeys(("chartName", "chartVersion", "chartRepoUrl", "chartHome", "chartRepoName", "helmBin"), TEXT),
    **dict.fromkeys(("helmHome", "values", "valuesMerge", "releaseName", "releaseNamespace"), TEXT),
    "valuesLocal": OBJECT,
    "extraArgs": TEXTS,
}

KUSTOMIZATION: Mapping[str, Shape] = {
    "apiVersion": TEXT,
    "kind": TEXT,
    "metadata": {"name": TEXT, "namespace": TEXT, "labels": LABELS, "annotations": LABELS},
    "resources": TEXTS,
    "components": TEXTS,
    "namespace": TEXT,
    "namePrefix": TEXT,
    "nameSuffix": TEXT,
    "labels": (
        {
            "pairs": LABELS,
            "includeSelectors": FLAG,
            "includeTemplates": FLAG,
            "fields": ({**GVK, "path": TEXT, "create": FLAG},),
        },
    ),
    "commonAnnotations": LABELS,
    "images": (IMAGE,),
    "replicas": ({"name": TEXT, "count": NUMBER},),
    "patches": (PATCH,),
    "replacements": (REPLACEMENT,),
    "configMapGenerator": (GENERATOR,),
    "secretGenerator": ({**GENERATOR, "type": TEXT},),
    "generatorOptions": OPTIONS,
    "configurations": TEXTS,
    "crds": TEXTS,
    "generators": TEXTS,
    "transformers": TEXTS,
    "validators": TEXTS,
    "openapi": LABELS,
    "buildMetadata": TEXTS,
    "sortOptions": {"order": TEXT, "legacySortOptions": {"orderFirst": TEXTS, "orderLast": TEXTS}},
    "helmGlobals": {"chartHome": TEXT, "configHome": TEXT},
    "helmCharts": (HELM_CHART,),
    "bases": TEXTS,
    "commonLabels": LABELS,
    "imageTags": (IMAGE,),
    "patchesStrategicMerge": TEXTS,
    "patchesJson6902": (PATCH,),
    "vars": ({"name": TEXT, "objref": {**NAMED, "apiVersion": TEXT}, "fieldref": {"fieldPath": TEXT}},),
    "helmChartInflationGenerator": (HELM_INFLATION,),
}

PLUGIN: Mapping[str, Shape] = {
    **GENERATOR,
    **dict.fromkeys(("type", "prefix", "suffix", "path", "patch", "patches", "jsonOp", "setRoleBindingSubjects"), TEXT),
    "fieldSpecs": ({**GVK, "path": TEXT, "create": FLAG},),
    "labels": LABELS,
    "annotations": LABELS,
    "imageTag": IMAGE,
    "replica": {"name": TEXT, "count": NUMBER},
    "target": SELECTOR,
    "paths": TEXTS,
    "replacements": (REPLACEMENT,),
    "unsetOnly": FLAG,
}
"""The fields of the configurations of kustomize's own plugins, all kinds together."""

DEPRECATED: Mapping[str, str] = {
    "bases": "resources",
    "commonLabels": "labels",
    "imageTags": "images",
    "patchesStrategicMerge": "patches",
    "patchesJson6902": "patches",
    "vars": "replacements",
    "helmChartInflationGenerator": "helmCharts",
}
"""Fields that still work, with what took their place."""

API_VERSIONS = {"Kustomization": "kustomize.config.k8s.io/v1beta1", "Component": "kustomize.config.k8s.io/v1alpha1"}
"""The kinds of a kustomization file, each with the only apiVersion that kustomize takes (or none at all)."""
