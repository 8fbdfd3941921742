"""From annotations to decisions, from decisions to ground truth, from ground truth to releases; and what people do to
truth by hand.
"""

from gt_platform.truth.added import Added, add_items, compare_items
from gt_platform.truth.added_records import items_in
from gt_platform.truth.by_hand import TruthError
from gt_platform.truth.corrections import Corrected, Correction, correct
from gt_platform.truth.explain import explain, history
from gt_platform.truth.fold import Folded, fold
from gt_platform.truth.import_records import Records, records_in
from gt_platform.truth.imports import ON_CONFLICT, Imported, compare, take_in, unerased
from gt_platform.truth.proposals import Proposal, proposals
from gt_platform.truth.redactions import redacted
from gt_platform.truth.release import Released, release, unreleased
from gt_platform.truth.retirements import CATEGORIES, Retired, restore, retire
from gt_platform.truth.rules import matching
from gt_platform.truth.settle import Settled, settle, unsettled
from gt_platform.truth.verdicts import Decided, Verdict, decide
from gt_platform.truth.verify import verify_fold, verify_release, verify_releases

__all__ = [
    "CATEGORIES",
    "ON_CONFLICT",
    "Added",
    "Corrected",
    "Correction",
    "Decided",
    "Folded",
    "Imported",
    "Proposal",
    "Records",
    "Released",
    "Retired",
    "Settled",
    "TruthError",
    "Verdict",
    "add_items",
    "compare",
    "compare_items",
    "correct",
    "decide",
    "explain",
    "fold",
    "history",
    "items_in",
    "matching",
    "proposals",
    "records_in",
    "redacted",
    "release",
    "restore",
    "retire",
    "settle",
    "take_in",
    "unerased",
    "unreleased",
    "unsettled",
    "verify_fold",
    "verify_release",
    "verify_releases",
]
