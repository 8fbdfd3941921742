"""Scores without experts: what the truth may be, given annotators' answers and the very output that is scored.

It holds if annotators and the model err independently of each other. Where items are hard for all of them, or all are
misled alike, only experts can tell; so nothing passes or fails by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from gt_platform.stats.consensus.dawid_skene import dawid_skene
from gt_platform.stats.consensus.expectation import Fit, Steps
from gt_platform.stats.consensus.votes import Votes
from gt_platform.stats.design import Design, over, unit_weights
from gt_platform.stats.label_error.cells import Codes, Flags, Floats
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.two_phase import Corrected, PhaseOne

ASSUMING = "if annotators and model err independently"
ASSUMING_ALONE = "if annotators err independently"
SKILL = 0.75
"""Right answers given each truth that a fit starts from, as PRIOR_ANSWERS a label for annotators together."""
PRIOR_ANSWERS = 2.0
OWN_ANSWERS = 8.0
"""Answers a label by which each annotator is taken to be like all others."""
REFITS = 24
ITERATIONS = 60
LEAST_ITEMS = 50
LEAST_TRUTHS = 20.0
"""Items whose truth a label is expected to be: with 14 of 280, F1 was 6 to 24 points too high."""
MOST_LABELS = 0.6
"""Share of the variance that labels make, beyond which annotators say too little of the truth to state an interval."""
LEAST_ANNOTATORS = 3
LEAST_SHARED = 0.5
"""Share of the items that two annotators at least must have answered."""


@dataclass(frozen=True, kw_only=True)
class Believed:
    """What the truth of n items may be: `refits` (B, n, K) posteriors of K labels, by models of items drawn anew each.

    `posterior` (n, K) is by all items.
    """

    posterior: Floats
    refits: Floats

    @property
    def rare(self) -> Flags:
        """Labels that too few items have for their errors to be told, (K,): of metrics about them nothing is known."""
        return np.asarray(self.posterior.sum(axis=0) < LEAST_TRUTHS)


def unknowable(answers: Votes, output: Codes | None) -> str | None:
    """Why the truth cannot be told from these answers without experts, as a sentence; None where it can.

    Three views of an item, two annotators' and the model's, are the least that tell how good each is. `output` (items,)
    is -1 where it is no label, and None where it is what annotators judge: then it takes three of them.
    """
    given = np.bincount(answers.item, minlength=answers.items)
    annotators = len(np.unique(answers.annotator))
    views, named = (2, "two") if output is not None else (3, "three")
    shared = float((given >= views).mean()) if len(given) else 0.0
    if answers.items < LEAST_ITEMS:
        return f"{answers.items} items are too few to tell how good annotators are: it takes {LEAST_ITEMS}"
    if annotators < LEAST_ANNOTATORS:
        other = "the model" if output is not None else "one another"
        return f"{annotators} annotators cannot be told from {other}: it takes {LEAST_ANNOTATORS}"
    if shared < LEAST_SHARED:
        return f"{shared:.0%} of the items have {named} answers, too few to tell who errs: raise overlap"
    if output is not None and (output < 0).mean() > 0.5:
        return "most outputs are no label that annotators may give: annotators cannot tell how good the model is"
    return None


def believed(answers: Votes, output: Codes | None, *, seed: int, refits: int = REFITS) -> Believed:
    """Learn annotators' and the model's confusion matrices together, and what the truth of each item may be by them.

    `output` (items,) are the codes of what the model said, -1 where that is no label; None where annotators judge it,
    and then it is their answers alone. The model counts as one more
    annotator (Dawid & Skene 1979): what is imputed must know the output that it will be compared with, or the model's
    errors pass for annotators' (Meng's 1994 congeniality). Neither the order of items and annotators nor their names
    matter. Raises ValueError where `unknowable` has a reason.
    """
    reason = unknowable(answers, output)
    if reason is not None:
        raise ValueError(reason)
    said = np.full(answers.items, -1, dtype=np.int64) if output is None else output
    joint, place = _canonical(_with_output(answers, said))
    whole = _fitted(joint, None)
    rng = np.random.Generator(np.random.PCG64(seed))
    steps, found = Steps(joint), []
    for _ in range(refits):
        again = np.sort(rng.integers(0, joint.items, joint.items))
        fit = _fitted(_taken(joint, again), whole.posterior[again])
        found.append(steps.posterior(fit.confusion, fit.prevalence)[0][place])
    return Believed(posterior=whole.posterior[place], refits=np.array(found))


def imputed(
    design: Design, item: Codes, candidates: Sequence[Shares], truth: Believed, phase_one: PhaseOne
) -> Corrected:
    """Estimate m ratios with the shares that n units are expected to have by the truth of their `item` (n,).

    `candidates` are the units' shares (n, m) if each of K labels were the truth, 0 outside a domain. The variance has
    Rubin's (1987) parts: sampling, as if every truth were known, and labels: items' truth, given the model of
    annotators, and that model, from its refits. Where labels make more than MOST_LABELS of it the error is NaN, for no
    interval.
    """
    numerator, denominator = _expected(candidates, truth.posterior[item])
    found = phase_one(numerator, denominator)
    weight = unit_weights(design)[:, None]
    total = (weight * denominator).sum(axis=0)
    scatter = _scatter(candidates, truth.posterior[item], np.nan_to_num(found.value))
    unknown = 1 - np.repeat(design.fraction, design.answered.astype(np.int64))[:, None]
    sampling = found.error**2 + over((weight**2 * unknown * scatter).sum(axis=0), total**2)
    values = _values(candidates, truth.refits[:, item], weight[:, 0])
    models = np.nan_to_num(values.var(axis=0, ddof=1)) * (1 + 1 / len(values))
    labels = over((weight**2 * scatter).sum(axis=0), total**2) + models
    variance = sampling + labels
    spent = over(sampling**2, found.freedom) + models**2 / (len(values) - 1)
    kept = np.nan_to_num(over(found.error**2, variance), nan=1.0)
    share = np.nan_to_num(over(labels, variance))
    spread = np.nan_to_num(over((weight * scatter).sum(axis=0), (weight * denominator**2).sum(axis=0)))
    estimates = replace(
        found,
        error=np.where(share > MOST_LABELS, np.nan, np.sqrt(variance)),
        freedom=np.where(labels > 0, over(variance**2, spent), found.freedom),
        skewness=None if found.skewness is None else found.skewness * kept**1.5,
        scatter=None if found.scatter is None else found.scatter + spread,
    )
    return Corrected(estimates=estimates, labels=share)


def _values(candidates: Sequence[Shares], posteriors: Floats, weight: Floats) -> Floats:
    """The ratios by each of B posteriors (B, n, K), (B, m)."""
    numerator = sum(((posteriors[:, :, at] * weight) @ one.numerator for at, one in enumerate(candidates)), np.zeros(1))
    denominator = sum(
        ((posteriors[:, :, at] * weight) @ one.denominator for at, one in enumerate(candidates)), np.zeros(1)
    )
    return over(np.asarray(numerator), np.asarray(denominator))


def _expected(candidates: Sequence[Shares], posterior: Floats) -> tuple[Floats, Floats]:
    parts = [
        (posterior[:, [at]] * one.numerator, posterior[:, [at]] * one.denominator) for at, one in enumerate(candidates)
    ]
    return sum((one for one, _ in parts), np.zeros(1)), sum((one for _, one in parts), np.zeros(1))


def _scatter(candidates: Sequence[Shares], posterior: Floats, ratio: Floats) -> Floats:
    """The variance of numerator - ratio x denominator of each unit by its posterior, (n, m)."""
    residuals = [one.numerator - ratio * one.denominator for one in candidates]
    mean = sum((posterior[:, [at]] * one for at, one in enumerate(residuals)), np.zeros(1))
    return np.asarray(sum((posterior[:, [at]] * (one - mean) ** 2 for at, one in enumerate(residuals)), np.zeros(1)))


def _with_output(answers: Votes, output: Codes) -> Votes:
    """The answers with the output as those of one more annotator, the last."""
    known = np.flatnonzero(output >= 0)
    item = np.concatenate([answers.item, known])
    order = np.argsort(item, kind="stable")  # the model stays the last of each item
    return Votes(
        item=item[order],
        annotator=np.concatenate([answers.annotator, np.full(len(known), answers.annotators)])[order],
        label=np.concatenate([answers.label, output[known]])[order],
        items=answers.items,
        annotators=answers.annotators + 1,
        labels=answers.labels,
    )


def _canonical(joint: Votes) -> tuple[Votes, Codes]:
    """The same votes with annotators and items numbered by what was answered, and each item's new number."""
    by_label = np.zeros((joint.annotators, joint.labels), dtype=np.int64)
    np.add.at(by_label, (joint.annotator, joint.label), 1)
    tally = joint.tally()[joint.item, joint.label] - 1
    agreed = np.bincount(joint.annotator, tally, joint.annotators)
    last = np.arange(joint.annotators) == joint.annotators - 1
    rank = np.empty(joint.annotators, dtype=np.int64)
    rank[np.lexsort((agreed, *by_label.T, last))] = np.arange(joint.annotators)
    order = np.lexsort((rank[joint.annotator], joint.item))
    who, labels, first = (
        rank[joint.annotator][order],
        joint.label[order],
        np.searchsorted(joint.item, np.arange(joint.items + 1)),
    )
    keys = [tuple((who[a:b] * joint.labels + labels[a:b]).tolist()) for a, b in pairwise(first.tolist())]
    sorted_ = np.array(sorted(range(joint.items), key=keys.__getitem__), dtype=np.int64)
    place = np.empty(joint.items, dtype=np.int64)
    place[sorted_] = np.arange(joint.items)
    renamed = replace(joint, annotator=who, label=labels)
    return _taken(renamed, sorted_), place


def _taken(joint: Votes, items: Codes) -> Votes:
    """The votes on these items, each as often as it is named, numbered anew in their order."""
    first = np.searchsorted(joint.item, np.arange(joint.items + 1))
    size = np.diff(first)[items]
    at = np.repeat(first[items] - np.cumsum(size) + size, size) + np.arange(int(size.sum()))
    return replace(
        joint,
        item=np.repeat(np.arange(len(items)), size),
        annotator=joint.annotator[at],
        label=joint.label[at],
        items=len(items),
    )


def _fitted(joint: Votes, start: Floats | None) -> Fit:
    """Confusion matrices by expectation-maximisation, each annotator's drawn towards that of all together."""
    alone = np.full((joint.labels, joint.labels), (1 - SKILL) / (joint.labels - 1))
    np.fill_diagonal(alone, SKILL)
    together = replace(joint, annotator=(joint.annotator == joint.annotators - 1).astype(np.int64), annotators=2)
    common = dawid_skene(together, prior=PRIOR_ANSWERS * alone, start=start, iterations=ITERATIONS)
    prior = np.repeat(OWN_ANSWERS * common.confusion[:1], joint.annotators, axis=0)
    prior[-1] = PRIOR_ANSWERS * alone
    return dawid_skene(joint, prior=prior, start=common.posterior, iterations=ITERATIONS)
