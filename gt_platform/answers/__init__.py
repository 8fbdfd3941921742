"""Answer kinds: one file each, the only places that know what an answer looks like."""

from gt_platform.answers.base import (
    Answer,
    AnswerKind,
    Answers,
    InvalidAnswerError,
    Measure,
    ReadsText,
    Settlement,
    kinds,
)

__all__ = ["Answer", "AnswerKind", "Answers", "InvalidAnswerError", "Measure", "ReadsText", "Settlement", "kinds"]
