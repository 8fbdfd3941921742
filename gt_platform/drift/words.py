"""What a column's verdict rests on, and what became of it over days, in words."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from gt_platform.stats.aspects import Aspect, Name
from gt_platform.stats.changes import Kind

Became = Kind | Literal["hour", "back", "unsteady", "unknown"]
"""What became of a column: its level moved, gradually or not; a season; it is back; it wavers; or nothing tells."""


def in_words(aspects: Sequence[Aspect], alpha: float) -> str | None:
    """Every aspect that is unlikely by chance, and what is missing in any case; None where there is neither."""
    told = [_WORDS[one.name](one) for one in aspects if one.p_value <= alpha or one.name == "missing"]
    return "; ".join(told) or None


def _share(what: str) -> Callable[[Aspect], str]:
    return lambda one: f"{what} in {one.reference:.1%} of the reference, {one.current:.1%} of the frame{_p(one)}"


def _location(one: Aspect) -> str:
    return f"values lie {'higher' if one.current > one.reference else 'lower'} than the reference's{_p(one)}"


def _scale(one: Aspect) -> str:
    return f"values scatter {'more' if one.current > one.reference else 'less'} than the reference's{_p(one)}"


def _unseen(one: Aspect) -> str:
    return f"{one.current:.1%} of rows have a level that the reference lacks, {one.reference:.1%} is usual{_p(one)}"


def _p(one: Aspect) -> str:
    return f" (p {one.p_value:.2g})"


_WORDS: dict[Name, Callable[[Aspect], str]] = {
    "location": _location,
    "scale": _scale,
    "missing": _share("missing"),
    "text": _share("text and no number"),
    "unseen": _unseen,
}


def became(kind: Became, day: date, since: date) -> str:
    """What became of a column by `day`, in words."""
    if kind == "level" and since == day:
        return f"level moved on {since}, so far on this day alone"
    return _BECAME[kind].format(since=since, weekday=f"{day:%A}s")


_BECAME: dict[Became, str] = {
    "level": "level moved on {since}",
    "gradual": "moving gradually since {since}",
    "week": "season: its {weekday} were so before, other days were not; "
    "`reference: {{like: weekday}}` compares a day with its own",
    "hour": "season: the frame has another mix of hours, and at the same hours does not drift; "
    "`reference: {{like: hour}}` compares it so",
    "year": "season: it was so a year before, and not between",
    "back": "back to normal on {since}: as it was before it left that",
    "unsteady": "unlike the reference since {since}, by no one step, slope or season",
    "unknown": "drifts since {since}",
}
