"""What is known of each rater: accuracy, habits, speed, self-consistency, change, collusion, and the state they earn.

Pure functions over codes. What the labels mean, and what follows from a state, is the caller's business.
"""

from gt_platform.stats.raters.answers import Answers, answers
from gt_platform.stats.raters.blind import Use, label_use
from gt_platform.stats.raters.colluders import Colluders, colluders
from gt_platform.stats.raters.confusion import confusion
from gt_platform.stats.raters.majority import majority_of_others, plurality
from gt_platform.stats.raters.numeric import Deviation, NumberProfile, correlations, deviations, number_profiles
from gt_platform.stats.raters.pace import Change, Speed, changes, self_consistency, speeds
from gt_platform.stats.raters.profile import Profile, profiles
from gt_platform.stats.raters.shares import Share, jeffreys, shares
from gt_platform.stats.raters.state import Evidence, Levels, State, decide

__all__ = [
    "Answers",
    "Change",
    "Colluders",
    "Deviation",
    "Evidence",
    "Levels",
    "NumberProfile",
    "Profile",
    "Share",
    "Speed",
    "State",
    "Use",
    "answers",
    "changes",
    "colluders",
    "confusion",
    "correlations",
    "decide",
    "deviations",
    "jeffreys",
    "label_use",
    "majority_of_others",
    "number_profiles",
    "plurality",
    "profiles",
    "self_consistency",
    "shares",
    "speeds",
]
