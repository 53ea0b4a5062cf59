"""Whether a Flux Kustomization deletes what leaves it: switched off for a while, and on again."""

from infra_tool import yamldoc
from infra_tool.edits import Edits, Overlay, Tree
from infra_tool.errors import UsageError
from infra_tool.scaffold.objects import FLUX_KUSTOMIZATION
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, Value

WAS = "infra-tool/prune"
"""Annotation of a Flux Kustomization that is not to delete for a while: what `spec.prune` was, and will be."""


class Pruning:
    """The switch of the Flux Kustomization of a name in a file."""

    def __init__(self, tree: Tree, path: str, name: str) -> None:
        """Find it. Raises UsageError when it is not in the file, or not written out there."""
        self._file = yamldoc.parse(tree.read(path), path)
        self.name = name
        for index, document in enumerate(self._file.documents):
            root = document.root
            is_flux = (yamldoc.text(root, "apiVersion") or "").startswith(f"{FLUX_KUSTOMIZATION}/")
            if isinstance(root, Mapping) and is_flux and yamldoc.text(root, "metadata", "name") == name:
                self._index, self._root = index, root
                break
        else:
            raise UsageError(f"holds no Flux Kustomization {name}", path=path)

    @property
    def is_on(self) -> bool:
        """Tell whether it deletes."""
        return yamldoc.text(self._root, "spec", "prune") == "true"

    @property
    def is_held(self) -> bool:
        """Tell whether it was switched off here, to be switched on again."""
        return yamldoc.text(self._root, "metadata", "annotations", WAS) == "true"

    @property
    def namespace(self) -> str:
        """The namespace of the Flux Kustomization."""
        return yamldoc.text(self._root, "metadata", "namespace") or "flux-system"

    def off(self, tree: Tree, edits: Edits) -> Edits:
        """Switch it off and note that it was on."""
        metadata = self._part("metadata")
        annotations = metadata.get("annotations")
        if isinstance(annotations, Mapping) and annotations.items:
            note = yamldoc.set_key(self._file, annotations, WAS, '"true"')
        else:
            note = yamldoc.set_key(self._file, metadata, "annotations", f'{WAS}: "true"')
        return self._changed(tree, edits, note, on=False)

    def on(self, tree: Tree, edits: Edits) -> Edits:
        """Switch it on again."""
        metadata = self._part("metadata")
        annotations = metadata.get("annotations")
        if isinstance(annotations, Mapping) and len(annotations.items) > 1:
            note = yamldoc.remove_key(self._file, annotations, WAS)
        else:
            note = yamldoc.remove_key(self._file, metadata, "annotations")
        return self._changed(tree, edits, note, on=True)

    def _part(self, name: str) -> Mapping:
        found = self._root.get(name)
        if not isinstance(found, Mapping):
            raise UsageError(f"the Flux Kustomization {self.name} has no {name}", path=self._file.path)
        return found

    def _changed(self, tree: Tree, edits: Edits, note: Splice, *, on: bool) -> Edits:
        switch = yamldoc.set_key(self._file, self._part("spec"), "prune", "true" if on else "false")

        def expected(documents: list[Value]) -> list[Value]:
            _switch(documents[self._index], on=on)
            return documents

        data = yamldoc.apply_checked(self._file, [note, switch], expected)
        return edits.write(self._file.path, data, Overlay(tree, edits).entries[self._file.path].mode)


def _switch(manifest: Value, *, on: bool) -> None:
    """Do to the data of a Flux Kustomization what the edit is to do to its text."""
    metadata = manifest.get("metadata") if isinstance(manifest, dict) else None
    spec = manifest.get("spec") if isinstance(manifest, dict) else None
    if not isinstance(metadata, dict) or not isinstance(spec, dict):
        return
    spec["prune"] = on
    annotations = metadata.get("annotations") or {}
    if isinstance(annotations, dict):
        annotations = {key: value for key, value in annotations.items() if key != WAS}
        metadata["annotations"] = annotations if on else {**annotations, WAS: "true"}
        if not metadata["annotations"]:
            del metadata["annotations"]
