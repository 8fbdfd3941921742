"""Which answer kinds a metric is for, told by the form of their answers: a kind of yours with the same form has it."""

from gt_platform.answers import AnswerKind, Judging, form_of
from gt_platform.answers.form import MarkImage, MarkText, Order, Pick, PickSeveral, Prose, Quantity, names_in


def one_label(kind: AnswerKind) -> bool:
    """One label: choice, ordinal, preference, tree."""
    return isinstance(form_of(kind), Pick) and not judges(kind)


def two_labels(kind: AnswerKind) -> bool:
    """One of two labels: choice, preference without ties."""
    return one_label(kind) and len(labels(kind)) == 2


def scale(kind: AnswerKind) -> bool:
    """One label of a scale: ordinal."""
    form = form_of(kind)
    return isinstance(form, Pick) and form.ordered and not judges(kind)


def several_labels(kind: AnswerKind) -> bool:
    """Several labels: choices."""
    return isinstance(form_of(kind), PickSeveral) and not judges(kind)


def some_labels(kind: AnswerKind) -> bool:
    """Labels: choice, choices, ordinal, preference, tree."""
    return one_label(kind) or several_labels(kind)


def number(kind: AnswerKind) -> bool:
    """Numbers: number."""
    return isinstance(form_of(kind), Quantity) and not judges(kind)


def text(kind: AnswerKind) -> bool:
    """Texts: text."""
    return isinstance(form_of(kind), Prose) and not judges(kind)


def spans(kind: AnswerKind) -> bool:
    """Spans: spans."""
    return isinstance(form_of(kind), MarkText) and not judges(kind)


def boxes(kind: AnswerKind) -> bool:
    """Boxes: boxes."""
    return isinstance(form_of(kind), MarkImage) and not judges(kind)


def ranking(kind: AnswerKind) -> bool:
    """Rankings: ranking."""
    return isinstance(form_of(kind), Order) and not judges(kind)


def any_answer(kind: AnswerKind) -> bool:
    """Any answer that outputs are compared with."""
    return not judges(kind)


def prefers(kind: AnswerKind) -> bool:
    """Judgements of two answers: preference, about the output."""
    return isinstance(kind, Judging) and {"first", "second"} <= set(labels(kind)) <= {"first", "second", "tie"}


def judges(kind: AnswerKind) -> bool:
    """Whether answers judge outputs, so that no output is right or wrong."""
    return isinstance(kind, Judging)


def labels(kind: AnswerKind) -> list[str]:
    """Those an answer can be, in the order of the schema."""
    return names_in(form_of(kind))


def span_of(kind: AnswerKind) -> float:
    """How far apart two numbers can be."""
    form = form_of(kind)
    assert isinstance(form, Quantity)  # noqa: S101 - only such a kind suits what calls this
    return form.maximum - form.minimum
