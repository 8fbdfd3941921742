"""What cannot be done with a candidate as asked."""

from gt_platform.errors import GroundTruthError


class CandidateError(GroundTruthError):
    """A candidate that cannot be taken in or asked as given; the message says why, and what to do."""
