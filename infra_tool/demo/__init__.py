"""The whole job on a throw-away repo: each step runs the installed command and is checked."""

from infra_tool.demo.steps import STEPS, Step, run

__all__ = ["STEPS", "Step", "run"]
