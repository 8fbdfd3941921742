"""From annotations to decisions, from decisions to ground truth, from ground truth to releases."""

from gt_platform.truth.fold import Folded, fold
from gt_platform.truth.release import Released, release, unreleased
from gt_platform.truth.settle import Settled, settle, unsettled
from gt_platform.truth.verify import verify_fold, verify_releases

__all__ = [
    "Folded",
    "Released",
    "Settled",
    "fold",
    "release",
    "settle",
    "unreleased",
    "unsettled",
    "verify_fold",
    "verify_releases",
]
