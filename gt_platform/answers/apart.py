"""How an answer differs from what it is held against, in the words of its form: for whoever looks at disagreement."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args, runtime_checkable

from gt_platform.answers.base import Answer, AnswerKind, InvalidAnswerError
from gt_platform.answers.form import Form, Pick, PickSeveral, Quantity, Several, form_of
from gt_platform.answers.judging import Judging

How = Literal["missing", "extra", "other label", "low overlap", "far apart", "other answer"]
HOW: tuple[How, ...] = get_args(How)


@dataclass(frozen=True)
class Apart:
    """One way in which an answer differs: `true` is the label it is held against, `said` the one that was given.

    What is missing was not said, what is extra is not true; numbers and free answers have no labels.
    """

    how: How
    true: str | None = None
    said: str | None = None


@runtime_checkable
class TellsApart(Protocol):
    """What a kind can do besides, where an answer has parts that must be matched to be compared."""

    def apart(self, truth: Answer, said: Answer) -> list[Apart]:
        """Each way in which one valid answer differs from another."""


def apart(kind: AnswerKind, truth: Answer, said: Answer) -> list[Apart]:
    """Each way in which an answer differs; none where the kind takes both for the same."""
    own = kind.kind if isinstance(kind, Judging) else kind
    try:
        true, given = own.validate(truth), own.validate(said)
        if own.agrees(true, given):
            return []
    except InvalidAnswerError:  # given under an older schema
        return [Apart("other answer")]
    found = own.apart(true, given) if isinstance(own, TellsApart) else list(_by_form(form_of(own), true, given))
    return found or [Apart("other answer")]


def _by_form(form: Form, true: Any, said: Any) -> Iterator[Apart]:
    if true == said:
        return
    if isinstance(form, Pick):
        yield Apart("other label", str(true), str(said))
    elif isinstance(form, PickSeveral):
        yield from (Apart("missing", label, None) for label in true if label not in said)
        yield from (Apart("extra", None, label) for label in said if label not in true)
    elif isinstance(form, Quantity):
        yield Apart("far apart")
    elif isinstance(form, Several):
        yield from (_named(name, one) for name, part in form.parts for one in _by_form(part, true[name], said[name]))
    else:
        yield Apart("other answer")


def _named(part: str, one: Apart) -> Apart:
    true, said = (None if label is None else f"{part}: {label}" for label in (one.true, one.said))
    return Apart(one.how, true, said)
