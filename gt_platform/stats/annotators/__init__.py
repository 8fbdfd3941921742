"""What is known of each annotator: accuracy, habits, speed, self-consistency, change, collusion, and the state they
earn.

Pure functions over codes. What the labels mean, and what follows from a state, is the caller's business.
"""

from gt_platform.stats.annotators.answers import Answers, answers
from gt_platform.stats.annotators.blind import Use, label_use
from gt_platform.stats.annotators.colluders import Colluders, colluders
from gt_platform.stats.annotators.confusion import confusion
from gt_platform.stats.annotators.majority import majority_of_others, plurality
from gt_platform.stats.annotators.numeric import Deviation, NumberProfile, correlations, deviations, number_profiles
from gt_platform.stats.annotators.pace import Change, Speed, changes, self_consistency, speeds
from gt_platform.stats.annotators.profile import Profile, profiles
from gt_platform.stats.annotators.shares import Share, jeffreys, shares
from gt_platform.stats.annotators.state import Evidence, Levels, State, decide

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
