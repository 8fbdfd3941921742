"""From a sample to assignments, and from annotators' answers to annotations."""

from gt_platform.labeling.assign import Assigned, assign
from gt_platform.labeling.base import Backend, BackendError, BackendOptions, Staffed, open_backend
from gt_platform.labeling.collect import Collected, collect, waiting
from gt_platform.labeling.messages import Assignment, Submission, Unreadable

__all__ = [
    "Assigned",
    "Assignment",
    "Backend",
    "BackendError",
    "BackendOptions",
    "Collected",
    "Staffed",
    "Submission",
    "Unreadable",
    "assign",
    "collect",
    "open_backend",
    "waiting",
]
