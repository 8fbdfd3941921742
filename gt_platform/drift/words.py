"""What a column's verdict rests on, in words."""

from collections.abc import Callable, Sequence

from gt_platform.stats.aspects import Aspect, Name


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
