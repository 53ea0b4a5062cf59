"""A finding with all that one can say."""

from infra_tool.finding import Finding

IMAGE = Finding(
    path="apps/web/deployment.yaml",
    line=3,
    column=9,
    code="I002",
    name="mutable-tag",
    message="the tag latest floats",
    end_line=3,
    end_column=23,
    help="pin a version",
    object="Deployment/web/web",
    chain=("clusters/koala/kustomization.yaml", "apps/web/kustomization.yaml"),
)
