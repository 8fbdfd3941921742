"""Two answers side by side: as A and B, in an order drawn at random, and what that makes of what is chosen."""

from dataclasses import replace
from typing import Literal

from gt_platform.answers import Form
from gt_platform.answers.form import Pick
from gt_platform.canonical import number

Side = Literal["first", "second"]
SIDES: tuple[Side, Side] = ("first", "second")
LETTERS = ("A", "B")


def has_sides(form: Form) -> bool:
    """Whether answers of this form prefer one of two."""
    return isinstance(form, Pick) and set(SIDES) <= {option.value for option in form.options}


def swapped_of(task: str) -> bool:
    """Whether the second is shown first in a task: by chance, and the same whenever it is asked."""
    return bool(number(f"sides\n{task}") % 2)


def in_order(*, swapped: bool) -> tuple[Side, Side]:
    """The sides as they are seen, A and B."""
    return (SIDES[1], SIDES[0]) if swapped else SIDES


def lettered(form: Form, *, swapped: bool) -> Form:
    """The form in terms of what is seen: A and B stand for the sides they show, in that order, before all else."""
    if not isinstance(form, Pick) or not has_sides(form):
        return form
    known = {option.value: option for option in form.options}
    seen = zip(in_order(swapped=swapped), LETTERS, strict=True)
    sides = tuple(replace(known[side], text=letter) for side, letter in seen)
    return replace(form, options=(*sides, *(option for option in form.options if option.value not in SIDES)))


def flipped(answer: object, *, swapped: bool | None) -> object:
    """An answer about A as first and B as second in terms of the sides themselves, or the other way round."""
    other = dict(zip(SIDES, reversed(SIDES), strict=True))
    return other.get(answer, answer) if swapped and isinstance(answer, str) else answer  # type: ignore[call-overload]
