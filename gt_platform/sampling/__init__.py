"""Frames and drift in, samples with inclusion probabilities out."""

from gt_platform.sampling.design import design_of
from gt_platform.sampling.draw import Drawn, Stratum, draw
from gt_platform.sampling.phases import late

__all__ = ["Drawn", "Stratum", "design_of", "draw", "late"]
