"""What models are only ever measured by: splits drawn and frozen, and training files that hold it all the same."""

from gt_platform.held_out.exporting import exported
from gt_platform.held_out.files import TrainingFileError
from gt_platform.held_out.search import Match
from gt_platform.held_out.splits import Split, SplitError, draw_splits, freeze, unsplit
from gt_platform.held_out.training_files import Looked, Searched, benchmark_of, blocking, forget, remember, search

__all__ = [
    "Looked", "Match", "Searched", "Split", "SplitError", "TrainingFileError",
    "benchmark_of", "blocking", "draw_splits", "exported", "forget", "freeze", "remember", "search", "unsplit",
]  # fmt: skip
