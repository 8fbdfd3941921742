"""Frames and drift in, samples with inclusion probabilities out."""

from gt_platform.sampling.draw import Drawn, Stratum, draw

__all__ = ["Drawn", "Stratum", "draw"]
