"""What can be wrong with an erasure."""

from gt_platform.errors import GroundTruthError


class ErasureError(GroundTruthError):
    """Something that cannot be erased as asked; the message says why, and what to do."""
