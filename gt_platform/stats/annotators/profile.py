"""Everything known of each annotator who gives labels, from the answers of all."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gt_platform.stats.annotators.answers import Answers, truths
from gt_platform.stats.annotators.blind import Use, chance_agreement, label_use
from gt_platform.stats.annotators.colluders import ALPHA, Colluders, colluders
from gt_platform.stats.annotators.majority import majority_of_others, plurality
from gt_platform.stats.annotators.pace import Speed, paces
from gt_platform.stats.annotators.shares import Share, shares
from gt_platform.stats.annotators.state import Basis, Evidence, Levels, State, decide, hasty
from gt_platform.stats.consensus.rings import ALONE, copying, once
from gt_platform.stats.consensus.votes import MOST_CELLS, Votes

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One annotator. `accuracy` is the share of right answers by the `basis`: known truth, or what most others said."""

    annotator: int
    answers: int
    accuracy: Share | None
    basis: Basis
    use: Use | None
    speed: Speed | None
    state: State
    reason: str
    with_others: tuple[Colluders, ...] = field(default=())


@dataclass(frozen=True)
class _Compared:
    """Each annotator's share of answers that match a reference, what chance would give, and the judged ones' median."""

    share: list[Share | None]
    chance: Floats
    median: float


def profiles(
    given: Answers,
    *,
    truth: ArrayLike | None = None,
    seconds: ArrayLike | None = None,
    levels: Levels | None = None,
    names: Sequence[str] | None = None,
) -> list[Profile]:
    """The profile of every annotator, in the order of their codes, whatever the order of the answers.

    `truth` (units,) are known labels, -1 where unknown; an annotator with fewer than `levels.minimum` answers to such
    units is judged by agreement with most of the others, where they do not tie. `seconds` (n,) is how long each answer
    took, NaN where unknown; `names` (R,) what annotators are called in reasons. Raises ValueError.
    """
    levels = levels or Levels()
    known = truths(truth, given)
    by_truth = _compared(given, known[given.unit], levels)
    by_others = _compared(given, majority_of_others(given), levels)
    partners = _partners(given, known, levels)
    used = label_use(given, known, minimum=levels.minimum)
    times = paces(given.annotator, seconds, given.annotators)
    found = []
    for annotator in range(given.annotators):
        evidence = replace(
            _evidence(annotator, by_truth, by_others, levels),
            one_answer=_one_answer(used[annotator]),
            suspicion=_suspicion(annotator, partners[annotator], times[annotator], names),
        )
        state, reason = decide(evidence, levels)
        found.append(
            Profile(
                annotator=annotator,
                answers=int(given.given[annotator]),
                accuracy=evidence.share,
                basis=evidence.basis,
                use=used[annotator],
                speed=times[annotator],
                state=state,
                reason=reason,
                with_others=tuple(partners[annotator]),
            )
        )
    return found


def _compared(given: Answers, reference: Codes, levels: Levels) -> _Compared:
    found = shares(given.annotator, np.where(reference >= 0, given.code == reference, -1), given.annotators)
    enough = [share.value for share in found if share is not None and share.n >= levels.minimum]
    return _Compared(found, chance_agreement(given, reference), float(np.median(enough)) if enough else 1.0)


def _evidence(annotator: int, by_truth: _Compared, by_others: _Compared, levels: Levels) -> Evidence:
    basis = _basis(by_truth.share[annotator], by_others.share[annotator], levels)
    compared = by_truth if basis == "truth" else by_others
    share = compared.share[annotator]
    chance = None if share is None else float(compared.chance[annotator])
    return Evidence(share=share, basis=basis, median=compared.median, chance=chance)


def _basis(by_truth: Share | None, by_others: Share | None, levels: Levels) -> Basis:
    """Known truth where it suffices, else the others, else whichever there is."""
    if by_truth is not None and (by_truth.n >= levels.minimum or by_others is None or by_others.n < levels.minimum):
        return "truth"
    return "others" if by_others is not None else "none"


def _partners(given: Answers, known: Codes, levels: Levels) -> list[list[Colluders]]:
    """The suspicious pairs of each annotator, the surest first: who make the same mistakes, or copy.

    Where no truth is known a mistake is what few say, and there a ring has one voice: two who copy are two, else.
    """
    rings, counted = _rings(given)
    voices = replace(given, unit=given.unit[counted], annotator=given.annotator[counted], code=given.code[counted])
    reference = np.where(known >= 0, known, plurality(voices))
    partners: list[list[Colluders]] = [[] for _ in range(given.annotators)]
    for pair in colluders(given, reference, minimum=levels.minimum, alpha=1.0):
        if pair.q_value <= ALPHA or rings[pair.first] == rings[pair.second] != ALONE:
            partners[pair.first].append(pair)
            partners[pair.second].append(pair)
    return partners


def _rings(given: Answers) -> tuple[Codes, NDArray[np.bool_]]:
    """The ring of each annotator, (annotators,), else ALONE, and the answers (n,) of which each ring gave a unit one.

    Not looked for where units times labels are more than MOST_CELLS.
    """
    if given.units * given.labels > MOST_CELLS:
        return np.full(given.annotators, ALONE), np.ones(len(given.unit), dtype=np.bool_)
    votes = Votes(
        item=given.unit,
        annotator=given.annotator,
        label=given.code,
        items=given.units,
        annotators=given.annotators,
        labels=given.labels,
    )
    rings = copying(votes)
    return rings, once(votes, rings)


def _one_answer(use: Use | None) -> str:
    if use is None or not use.one_answer:
        return ""
    return f"one answer to {use.share:.0%} of {use.n} units, {use.expected:.0%} expected"


def _suspicion(annotator: int, pairs: list[Colluders], speed: Speed | None, names: Sequence[str] | None) -> str:
    said = [hasty(speed)] if hasty(speed) else []
    for pair in pairs[:1]:
        partner = pair.second if pair.first == annotator else pair.first
        called = names[partner] if names is not None else f"annotator {partner}"
        said.insert(0, f"shares {pair.together} mistakes with {called}, {pair.expected:.1f} expected")
    return "; ".join(said)
