"""Make things from templates: an infra repo, a cluster, a service. Copier and Jinja2 live here only."""

from infra_tool.scaffold import keys, pull, templates
from infra_tool.scaffold.bootstrap import Opened, bootstrap
from infra_tool.scaffold.cluster import ClusterWanted, NewCluster, new_cluster
from infra_tool.scaffold.credentials import KnownHosts
from infra_tool.scaffold.following import SyncMode
from infra_tool.scaffold.judging import Lint
from infra_tool.scaffold.keys import Key
from infra_tool.scaffold.migration import Effect, Migrated, Migration, Step, migrate
from infra_tool.scaffold.repository import Holder, NewRepo, RepoWanted, has_config, has_rules, init, init_secrets
from infra_tool.scaffold.service import NewService, new_service
from infra_tool.scaffold.wanted import Kind, Layout, Tls, Volume, Wanted

__all__ = [
    "ClusterWanted",
    "Effect",
    "Holder",
    "Key",
    "Kind",
    "KnownHosts",
    "Layout",
    "Lint",
    "Migrated",
    "Migration",
    "NewCluster",
    "NewRepo",
    "NewService",
    "Opened",
    "RepoWanted",
    "Step",
    "SyncMode",
    "Tls",
    "Volume",
    "Wanted",
    "bootstrap",
    "has_config",
    "has_rules",
    "init",
    "init_secrets",
    "keys",
    "migrate",
    "new_cluster",
    "new_service",
    "pull",
    "templates",
]
