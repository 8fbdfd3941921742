"""Frames, labels and feedback → verdicts on volume, feedback, calibration, prevalence, and right and wrong."""

from gt_platform.watch.nightly import Watching, watch

__all__ = ["Watching", "watch"]
