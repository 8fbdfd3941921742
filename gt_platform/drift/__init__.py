"""Frames against the project's reference: drift verdicts, Evidently's report and row scores."""

from gt_platform.drift.measure import Measured, measure

__all__ = ["Measured", "measure"]
