"""Answer kinds: one file each, the only places that know what an answer looks like."""

from gt_platform.answers.base import (
    Answer,
    AnswerKind,
    Answers,
    HasVariants,
    InvalidAnswerError,
    Judges,
    Known,
    Meaning,
    Measure,
    ReadsOutputs,
    ReadsText,
    Settlement,
    TakesOrder,
    agreeing,
    kinds,
)
from gt_platform.answers.form import Form, form_of
from gt_platform.answers.judging import Judging, judging
from gt_platform.answers.wrapping import Wrapping

__all__ = [
    "Answer",
    "AnswerKind",
    "Answers",
    "Form",
    "HasVariants",
    "InvalidAnswerError",
    "Judges",
    "Judging",
    "Known",
    "Meaning",
    "Measure",
    "ReadsOutputs",
    "ReadsText",
    "Settlement",
    "TakesOrder",
    "Wrapping",
    "agreeing",
    "form_of",
    "judging",
    "kinds",
]
