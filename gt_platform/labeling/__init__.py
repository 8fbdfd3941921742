"""From a sample to assignments, and from annotators' answers to annotations."""

from gt_platform.labeling.assign import Assigned, assign
from gt_platform.labeling.base import (
    Assignment,
    Backend,
    BackendError,
    BackendOptions,
    Submission,
    Unreadable,
    open_backend,
)
from gt_platform.labeling.collect import Collected, collect, waiting

__all__ = [
    "Assigned",
    "Assignment",
    "Backend",
    "BackendError",
    "BackendOptions",
    "Collected",
    "Submission",
    "Unreadable",
    "assign",
    "collect",
    "open_backend",
    "waiting",
]
