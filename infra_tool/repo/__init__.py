"""An infra repo: where it is, how it is configured, what lies where in it, and who is registered."""

from infra_tool.repo.closest import closest, did_you_mean
from infra_tool.repo.config import (
    LIVE,
    PATH,
    Backend,
    Config,
    Gate,
    Layout,
    LintConfig,
    Profile,
    check_requires,
    load_config,
)
from infra_tool.repo.detect import detect_layout
from infra_tool.repo.layout import (
    APPS,
    CLUSTERS,
    KUSTOMIZATION_FILES,
    check_name,
    cluster_root,
    clusters,
    kustomization_paths,
    services,
)
from infra_tool.repo.locate import locate
from infra_tool.repo.registration import (
    add_resource,
    cluster_list,
    is_registered,
    register,
    remove_resource,
    unregister,
)

__all__ = [
    "APPS",
    "CLUSTERS",
    "KUSTOMIZATION_FILES",
    "LIVE",
    "PATH",
    "Backend",
    "Config",
    "Gate",
    "Layout",
    "LintConfig",
    "Profile",
    "add_resource",
    "check_name",
    "check_requires",
    "closest",
    "cluster_list",
    "cluster_root",
    "clusters",
    "detect_layout",
    "did_you_mean",
    "is_registered",
    "kustomization_paths",
    "load_config",
    "locate",
    "register",
    "remove_resource",
    "services",
    "unregister",
]
