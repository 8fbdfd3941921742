"""An answer as labels of the questions in it, so that who disagrees with whom about what can be counted for any kind.

One label is a question of its own, several are one each (there or not), a form's parts are its questions, a tree's
first branch is one beside the whole path. Numbers lie below or above the usual answer, and whatever else differs from
it is apart: what the usual one is, the kind says.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from gt_platform.answers.base import Answer, AnswerKind
from gt_platform.answers.branches import Node
from gt_platform.answers.form import Form, MarkImage, MarkText, Pick, PickSeveral, Quantity, Several, form_of
from gt_platform.answers.judging import Judging

THERE, ABSENT = "there", "not there"
BELOW, USUAL, ABOVE, APART = "below", "as usual", "above", "apart"
PLACES = "places"


def usual(kind: AnswerKind, answers: Sequence[Answer]) -> Answer:
    """Of several valid answers to an item, the one that most of the others agree with; of numbers, the median."""
    own = kind.kind if isinstance(kind, Judging) else kind
    if isinstance(form_of(own), Quantity):
        return sorted(answers)[(len(answers) - 1) // 2]
    return max(answers, key=lambda one: sum(own.agrees(one, other) for other in answers))


def questions(kind: AnswerKind, answer: Answer, among: Answer) -> dict[str, str]:
    """The label that a valid answer gives to each question it answers, beside the usual one `among` those of its item.

    The question of a single label has no name.
    """
    own = kind.kind if isinstance(kind, Judging) else kind
    form = form_of(own)
    same = bool(own.agrees(answer, among))
    found = dict(_asked("", form, answer, among, same=same))
    if isinstance(form, MarkText | MarkImage):
        found[PLACES] = USUAL if same else APART
    return found


def _asked(name: str, form: Form, answer: Any, among: Any, *, same: bool) -> Iterator[tuple[str, str]]:
    if isinstance(form, Several):
        for part, inner in form.parts:
            if part in answer:
                other = among.get(part, answer[part])
                yield from _asked(_within(name, part), inner, answer[part], other, same=answer[part] == other)
    elif isinstance(form, Pick):
        yield name, str(answer)
        if isinstance(form, Node):
            yield _within(name, "first branch"), str(answer).split(form.separator, 1)[0]
    elif isinstance(form, PickSeveral | MarkText | MarkImage):
        said = {one if isinstance(one, str) else one["label"] for one in answer}
        for option in form.options:
            yield _within(name, option.value), THERE if option.value in said else ABSENT
    elif isinstance(form, Quantity):
        yield name, USUAL if same else BELOW if answer < among else ABOVE
    else:
        yield name, USUAL if same else APART


def _within(name: str, part: str) -> str:
    return f"{name}: {part}" if name else part
