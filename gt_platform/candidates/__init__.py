"""Candidates: systems that are not in production, and what they answered to items. How good that is belongs in
`benchmark`.
"""

from gt_platform.candidates.errors import CandidateError
from gt_platform.candidates.files import Read, read_file, refuse_judged
from gt_platform.candidates.folder import Folder, Waiting, beside, take_in_folder, waiting
from gt_platform.candidates.intake import NOTHING, Run, Taken, take_in
from gt_platform.candidates.lacking import Standing, known, lacking, standing
from gt_platform.candidates.names import candidate_name, meta_of

__all__ = [
    "NOTHING", "CandidateError", "Folder", "Read", "Run", "Standing", "Taken", "Waiting",
    "beside", "candidate_name", "known", "lacking", "meta_of", "read_file", "refuse_judged", "standing", "take_in",
    "take_in_folder", "waiting",
]  # fmt: skip
