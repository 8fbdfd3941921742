"""`gt`: what an engineer types. Each command is a few lines over the stages; no logic of theirs lives here."""

from gt_platform.cli import (
    agreement,
    backup,
    care,
    check,
    compare,
    declare,
    demo,
    drift,
    evidently,
    plan,
    read,
    run,
    settle,
    truth,
    users,
    verify,
    workbench,
)
from gt_platform.cli.app import app

__all__ = [
    "agreement",
    "app",
    "backup",
    "care",
    "check",
    "compare",
    "declare",
    "demo",
    "drift",
    "evidently",
    "plan",
    "read",
    "run",
    "settle",
    "truth",
    "users",
    "verify",
    "workbench",
]
