"""`gt`: what an engineer types. Each command is a few lines over the stages; no logic of theirs lives here."""

from gt_platform.cli import agreement, care, compare, declare, plan, read, run, settle
from gt_platform.cli.app import app

__all__ = ["agreement", "app", "care", "compare", "declare", "plan", "read", "run", "settle"]
