"""Frames against the project's reference: drift verdicts, Evidently's report and row scores."""

from gt_platform.drift.accept import AcceptanceError, Accepted, accept
from gt_platform.drift.changes import Told, tell
from gt_platform.drift.evidently.descriptors import lacking
from gt_platform.drift.measure import Measured, measure

__all__ = ["AcceptanceError", "Accepted", "Measured", "Told", "accept", "lacking", "measure", "tell"]
