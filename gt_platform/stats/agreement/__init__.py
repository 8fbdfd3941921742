"""Agreement between annotators: coefficients with bootstrap intervals over units, from a long, sparse table of ratings.

Missing ratings are missing rows. Units with one rating cannot show agreement; they count only in the shares of values
of Fleiss and Gwet. A coefficient on too little evidence, or undefined, is None with its reason; none is ever NaN.
"""

from gt_platform.stats.agreement.coefficient import Coefficient, Resampling
from gt_platform.stats.agreement.measure import (
    LabelAgreement,
    PairAgreement,
    agreement,
    agreement_by_label,
    agreement_by_pair,
    agreement_by_slice,
)
from gt_platform.stats.agreement.ratings import Ratings, ratings
from gt_platform.stats.agreement.scales import LEVELS, Level

__all__ = [
    "LEVELS",
    "Coefficient",
    "LabelAgreement",
    "Level",
    "PairAgreement",
    "Ratings",
    "Resampling",
    "agreement",
    "agreement_by_label",
    "agreement_by_pair",
    "agreement_by_slice",
    "ratings",
]
