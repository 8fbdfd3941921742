"""`gt`: what an engineer types. Each command is a few lines over the stages; no logic of theirs lives here."""

from gt_platform.cli import care, declare, read, run
from gt_platform.cli.app import app

__all__ = ["app", "care", "declare", "read", "run"]
