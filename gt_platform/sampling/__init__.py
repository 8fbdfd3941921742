"""Frames and drift in, samples with inclusion probabilities out."""

from gt_platform.sampling.draw import Drawn, Stratum, design_of, draw

__all__ = ["Drawn", "Stratum", "design_of", "draw"]
