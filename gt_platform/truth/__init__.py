"""From annotations to decisions, from decisions to ground truth, from ground truth to releases."""

from gt_platform.truth.fold import Folded, fold
from gt_platform.truth.release import Released, release
from gt_platform.truth.settle import Settled, settle
from gt_platform.truth.verify import verify_fold, verify_releases

__all__ = [
    "Folded",
    "Released",
    "Settled",
    "fold",
    "release",
    "settle",
    "verify_fold",
    "verify_releases",
]
