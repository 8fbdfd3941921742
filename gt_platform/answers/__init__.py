"""Answer kinds: one file each, the only places that know what an answer looks like."""

from gt_platform.answers.base import (
    Answer,
    AnswerKind,
    Answers,
    InvalidAnswerError,
    JudgesOutputs,
    Known,
    Meaning,
    Measure,
    ReadsText,
    Settlement,
    TakesOrder,
    agreeing,
    kinds,
)
from gt_platform.answers.form import Form, form_of

__all__ = [
    "Answer",
    "AnswerKind",
    "Answers",
    "Form",
    "InvalidAnswerError",
    "JudgesOutputs",
    "Known",
    "Meaning",
    "Measure",
    "ReadsText",
    "Settlement",
    "TakesOrder",
    "agreeing",
    "form_of",
    "kinds",
]
