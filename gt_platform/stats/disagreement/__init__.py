"""Why annotators disagree, from coded answers: by pair of labels, the cause that their answers show."""

from gt_platform.stats.disagreement.causes import CAUSES, Cause, Disagreement, disagreements
from gt_platform.stats.disagreement.departing import Departing
from gt_platform.stats.disagreement.given import UNKNOWN, Given
from gt_platform.stats.disagreement.signs import Signs

__all__ = ["CAUSES", "UNKNOWN", "Cause", "Departing", "Disagreement", "Given", "Signs", "disagreements"]
