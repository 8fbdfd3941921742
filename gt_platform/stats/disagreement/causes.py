"""Why annotators disagree between two labels: which of four causes the answers themselves show, or that they don't.

A cause is named only on evidence that the other causes seldom leave. The thresholds are set by judgment, and held to
what `tests.bench.causes` finds of causes it plants: fewer than 1 in 100 is named that was not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.disagreement.departing import Departing, departing
from gt_platform.stats.disagreement.given import AtOdds, Given, Repeats, at_odds, pairs_at_odds
from gt_platform.stats.disagreement.signs import Signs, signs

Cause = Literal["misunderstanding", "truth", "ambiguity", "no_single_answer", "insufficient_evidence"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
MOST_PAIRS = 20
EXAMPLES = 5
FEW = 0.2
"""Of the annotators, how many may depart and still be called misunderstandings: where it is more, there are camps."""
PANEL = 6
"""Annotators among whom one can be told from a camp of one; where there are fewer, rulings must side with the rest."""
MOSTLY = 0.5
"""What one cause must surely account for, or persist: the greater part."""
SOME = 0.2
"""What it must account for where no other cause shows."""
TURNED = 5
"""Items on which annotators agree against the truth."""
ENOUGH = 10
FEWEST_STAYED = 5
CHANGING, STEADY = 0.2, 0.3
"""How often people change their answer to what others are split on: surely less where they are steady."""
SURE = 0.01
ENOUGH_ITEMS = 20


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """Two labels that are at odds: the points of agreement they cost, why, and by what signs.

    `items` were given both labels, or were given the one and are truly the other. `departing` annotators say the one
    where the others say the other. `examples` are items to look at.
    """

    pair: tuple[int, int]
    cost: float
    items: int
    annotators: int
    cause: Cause
    departing: tuple[Departing, ...]
    signs: Signs
    examples: tuple[int, ...]


def disagreements(given: Given, *, most: int = MOST_PAIRS) -> tuple[Disagreement, ...]:
    """The pairs of labels that cost most, each with its cause."""
    pairs = pairs_at_odds(given)[:most]
    looked = [at_odds(given, pair) for pair, _ in pairs]
    whom = departing([found for found, _ in looked])
    return tuple(_told(given, cost, *look, who) for (_, cost), look, who in zip(pairs, looked, whom, strict=True))


def _told(given: Given, cost: float, found: AtOdds, repeats: Repeats, who: tuple[Departing, ...]) -> Disagreement:
    free = ~np.isin(found.annotator, [one.annotator for one in who])
    shown = signs(given, found, repeats, free)
    cause: Cause = next(_causes(found, who, shown), "insufficient_evidence")
    odd = (found.apart > 0) | shown.against
    return Disagreement(
        pair=found.pair,
        cost=cost,
        items=len(np.unique(found.item[odd])),
        annotators=len(np.unique(found.annotator)),
        cause=cause,
        departing=who,
        signs=shown,
        examples=tuple(_examples(found, _worth(found, shown, cause, free))),
    )


def _causes(found: AtOdds, who: tuple[Departing, ...], shown: Signs) -> Iterator[Cause]:
    """Those that the signs speak for, the surest sign first."""
    answered = np.bincount(found.annotator[found.majority >= 0])
    active, people = int((answered >= ENOUGH).sum()), len({one.annotator for one in who})
    sided = shown.sided.n >= FEWEST_STAYED and shown.sided.low > MOSTLY
    alone = 0 < people <= max(1, FEW * active) and (active >= PANEL or sided)
    if alone and shown.explained >= MOSTLY:
        yield "misunderstanding"
    if shown.turned >= TURNED and shown.united.low > MOSTLY:
        yield "truth"
    if shown.changed.n >= ENOUGH and shown.changed.value > CHANGING and shown.more_where_split <= SURE:
        yield "ambiguity"
    before, now = shown.before, shown.now
    versions = min(before.n, now.n) >= ENOUGH_ITEMS
    if versions and not who and now.high < MOSTLY * before.low:
        yield "ambiguity"
    camps = people > max(2, FEW * active)
    keep = shown.stayed.n >= FEWEST_STAYED and shown.stayed.low > MOSTLY
    steady = keep and shown.changed.n >= ENOUGH and shown.changed.high < STEADY
    if versions and (steady or camps) and now.low > MOSTLY * before.value:
        yield "no_single_answer"
    if alone and shown.explained >= SOME:
        yield "misunderstanding"


def _worth(found: AtOdds, shown: Signs, cause: Cause, free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How much each answer's item shows of the cause."""
    if cause == "truth":
        return shown.against.astype(np.float64)
    apart = found.apart / np.maximum(found.mates, 1)
    return np.where(free, 0.0, apart) if cause == "misunderstanding" else np.minimum(apart, 0.5) * found.mates


def _examples(found: AtOdds, worth: NDArray[np.float64]) -> Iterator[int]:
    items, of = np.unique(found.item, return_inverse=True)
    most = np.zeros(len(items))
    np.maximum.at(most, of, worth)
    ranked = np.argsort(-most, kind="stable")[:EXAMPLES]
    yield from (int(items[at]) for at in ranked.tolist() if most[at] > 0)
