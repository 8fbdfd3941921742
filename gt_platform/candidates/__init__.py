"""Candidates: systems that are not in production, and what they answered to items. How good that is belongs in
`benchmark`.
"""

from gt_platform.candidates.errors import CandidateError
from gt_platform.candidates.files import Read, read_file, refuse_judged
from gt_platform.candidates.intake import Run, Taken, take_in
from gt_platform.candidates.lacking import Standing, lacking, standing
from gt_platform.candidates.names import PRODUCTION, candidate_name, meta_of

__all__ = [
    "PRODUCTION", "CandidateError", "Read", "Run", "Standing", "Taken",
    "candidate_name", "lacking", "meta_of", "read_file", "refuse_judged", "standing", "take_in",
]  # fmt: skip
