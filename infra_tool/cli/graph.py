"""`infra-tool graph`: who applies what, as a drawing."""

from infra_tool.cli import report, scaffolding


def graph(*, format_: report.FormatOption = report.Format.text) -> None:
    """Draw who applies what: sources, Flux Kustomizations, services; in Mermaid, which git servers show."""
    from infra_tool import git, repo
    from infra_tool import status as library

    tree = git.WorkTree(scaffolding.infra_root())
    edges = library.edges(tree, repo.load_config(tree).remote)
    if format_ is report.Format.json:
        report.result("graph", {"edges": [edge._asdict() for edge in edges]})
    else:
        report.say(library.mermaid(edges))
