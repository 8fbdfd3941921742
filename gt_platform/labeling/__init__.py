"""From a sample to assignments, from people's answers to annotations, and the care taken of both."""

from gt_platform.labeling.adjudicate import adjudicate, adjudication_queue
from gt_platform.labeling.agreement import Agreement, agreement, agreement_by_week, coefficient
from gt_platform.labeling.anew import ask_anew
from gt_platform.labeling.assign import Assigned, assign
from gt_platform.labeling.base import (
    Backend,
    BackendError,
    BackendOptions,
    Reviewed,
    Staffed,
    backends,
    open_backend,
    options_of,
)
from gt_platform.labeling.briefing import board
from gt_platform.labeling.collect import Collected, collect, tell, waiting
from gt_platform.labeling.costs import Costs, costs, is_spent, per_truth_by_week
from gt_platform.labeling.expert_checks import Asked, Checks, ask_experts, draw_checks
from gt_platform.labeling.expiry import expired
from gt_platform.labeling.helped import effect_of_latest
from gt_platform.labeling.honeypots import designate
from gt_platform.labeling.messages import Assignment, Submission, Unreadable
from gt_platform.labeling.retests import Stability, draw_retests, stability, stability_by_label, unstable
from gt_platform.labeling.stale import still_stale

__all__ = [
    "Agreement",
    "Asked",
    "Assigned",
    "Assignment",
    "Backend",
    "BackendError",
    "BackendOptions",
    "Checks",
    "Collected",
    "Costs",
    "Reviewed",
    "Stability",
    "Staffed",
    "Submission",
    "Unreadable",
    "adjudicate",
    "adjudication_queue",
    "agreement",
    "agreement_by_week",
    "ask_anew",
    "ask_experts",
    "assign",
    "backends",
    "board",
    "coefficient",
    "collect",
    "costs",
    "designate",
    "draw_checks",
    "draw_retests",
    "effect_of_latest",
    "expired",
    "is_spent",
    "open_backend",
    "options_of",
    "per_truth_by_week",
    "stability",
    "stability_by_label",
    "still_stale",
    "tell",
    "unstable",
    "waiting",
]
