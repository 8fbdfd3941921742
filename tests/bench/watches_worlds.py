"""Made worlds in which one thing changes and all else stays: events, their outputs, their truths, and what is labeled.

Three answers, of which events give noisy evidence in two dimensions; the model knows the reference's world as it is,
so its confidence is the chance of being right there.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from gt_platform.project import Drift
from gt_platform.watch.evidence import BANDS, MATURE, Events, Evidence, bands

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Rng = np.random.Generator
MONDAY = date(2026, 1, 5)
ANSWERS = ("negative", "neutral", "positive")
PRIOR = np.array([0.5, 0.3, 0.2])
PLACE = 1.6 * np.array([[-1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
REFERENCE, LATER = 14, 7


@dataclass(frozen=True, kw_only=True)
class Day:
    """n events: what is seen of them, their truth, the model's output and confidence, and how much more such there are.

    `ratio` (n,) is the density of such inputs now by that in the reference.
    """

    seen: Floats
    truth: Codes
    output: Codes
    confidence: Floats
    ratio: Floats


Change = Callable[[Rng, int, Floats], Day]
"""Draws so many events of a day whose prevalence, but for the change, is this."""


def chances(seen: Floats, prior: Floats = PRIOR) -> Floats:
    """The chance of each answer given what is seen, (n, K)."""
    logs = np.log(prior) - ((seen[:, None, :] - PLACE) ** 2).sum(axis=2) / 2
    told = np.exp(logs - logs.max(axis=1, keepdims=True))
    whole: Floats = told / told.sum(axis=1, keepdims=True)
    return whole


def drawn(rng: Rng, rows: int, prior: Floats) -> Day:
    """Events as the reference's days have them, but for the prevalence of answers; about one in 20 looks like any."""
    truth = rng.choice(3, rows, p=prior)
    amiss = rng.random(rows) < 0.05 * np.exp(0.05 * rng.normal())
    looks = np.where(amiss, rng.integers(0, 3, rows), truth)
    return answered(PLACE[looks] + rng.normal(size=(rows, 2)), truth)


def answered(seen: Floats, truth: Codes) -> Day:
    """What the model says of them."""
    told = chances(seen)
    return Day(
        seen=seen, truth=truth, output=told.argmax(axis=1), confidence=told.max(axis=1), ratio=np.ones(len(truth))
    )


def of_inputs(more: Callable[[Floats], Floats]) -> Change:
    """Other inputs: so much `more` (n,) of those in which this is seen (n, 2); each is answered as before."""

    def change(rng: Rng, rows: int, prior: Floats) -> Day:
        pool = drawn(rng, 20 * rows, prior)
        ratio = more(pool.seen)
        kept = rng.choice(len(ratio), rows, replace=False, p=ratio / ratio.sum())
        ratio = ratio / ratio.mean()
        return replace(answered(pool.seen[kept], pool.truth[kept]), ratio=ratio[kept])

    return change


def of_prevalence(*prior: float) -> Change:
    """Another prevalence, each answer looking as before."""
    other = np.array(prior)

    def change(rng: Rng, rows: int, usual: Floats) -> Day:
        now = other * usual / PRIOR
        found = drawn(rng, rows, now / now.sum())
        return replace(found, ratio=(chances(found.seen) * (other / PRIOR)).sum(axis=1))

    return change


def of_concept(share: float) -> Change:
    """So many events whose truth is another than it would have been, whatever they look like."""

    def change(rng: Rng, rows: int, prior: Floats) -> Day:
        found = drawn(rng, rows, prior)
        return replace(found, truth=np.where(rng.random(rows) < share, (found.truth + 1) % 3, found.truth))

    return change


def of_model(share: float) -> Change:
    """So many outputs that are the first answer, whatever was seen, at the same confidence: the model broke."""

    def change(rng: Rng, rows: int, prior: Floats) -> Day:
        found = drawn(rng, rows, prior)
        return replace(found, output=np.where(rng.random(rows) < share, 0, found.output))

    return change


def of_confidence(power: float) -> Change:
    """The same outputs, of which the model is surer than it was."""

    def change(rng: Rng, rows: int, prior: Floats) -> Day:
        found = drawn(rng, rows, prior)
        return replace(found, confidence=found.confidence**power)

    return change


def harder(seen: Floats) -> Floats:
    """More of what the model is unsure of."""
    return np.where(chances(seen).max(axis=1) < 0.8, 3.0, 1.0)


def to_the_right(seen: Floats) -> Floats:
    """More of what looks like the last answer, and is it as often as before."""
    return np.exp(np.clip(0.5 * seen[:, 0], -3, 3))


@dataclass(frozen=True, kw_only=True)
class World:
    """How many events and labels a day has, how far days lie apart, and what changes after the reference."""

    rows: int
    labels: int
    apart: float = 0.05
    change: Change = drawn
    events: float = 1.0
    feedback: float = 1.0


def evidence(world: World, rng: Rng) -> Evidence:
    """REFERENCE days and LATER ones in which the change is."""
    days = [MONDAY + timedelta(days=number) for number in range(REFERENCE + LATER)]
    outputs, labeled, feedback = np.zeros((len(days), 4, BANDS + 1)), [], np.zeros((len(days), MATURE + 1))
    for number in range(len(days)):
        late = number >= REFERENCE
        prior = PRIOR * np.exp(2 * world.apart * rng.normal(size=3))
        rows = int(world.rows * np.exp(0.05 * rng.normal()) * (world.events if late else 1))
        found = (world.change if late else drawn)(rng, rows, prior / prior.sum())
        np.add.at(outputs[number], (found.output, bands(found.confidence)), 1)
        share = 0.08 * np.exp(world.apart * rng.normal()) * (world.feedback if late else 1)
        feedback[number, 0] = rng.binomial(rows, min(share, 1))
        labeled.append(labels(rng, number, found, world.labels, late=late))
    events = outputs.sum(axis=(1, 2))
    return Evidence(
        days=days,
        events=events,
        feedback={"end_user thumb down": feedback},
        models={"m1": events},
        labeled=Events(
            **{one.name: np.concatenate([getattr(day, one.name) for day in labeled]) for one in fields(Events)}
        ),
        answers=ANSWERS,
        outputs=outputs,
        metric="accuracy",
        worth=np.vstack([np.eye(3), np.zeros(3)]),
    )


def joined(days: list[Events]) -> Events:
    """The labeled events of all days."""
    names = [field.name for field in fields(Events)]
    return Events(**{name: np.concatenate([getattr(day, name) for day in days]) for name in names})


def labels(rng: Rng, day: int, found: Day, many: int, *, late: bool) -> Events:
    """Half of them drawn from the third of events that the model is least sure of, as sampling does."""
    order = found.confidence.argsort()
    parts = np.split(order, [len(order) // 3])
    picked = [rng.choice(part, min(many // 2, len(part)), replace=False) for part in parts]
    at = np.concatenate(picked)
    odds = found.ratio[at] * np.exp(0.3 * rng.normal(size=len(at)))
    return Events(
        day=np.full(len(at), day),
        model=np.zeros(len(at), np.int64),
        output=found.output[at],
        truth=found.truth[at],
        slices=np.zeros((len(at), 0), np.int64),
        worth=(found.output == found.truth)[at].astype(float),
        weight=np.repeat([len(part) / len(one) for part, one in zip(parts, picked, strict=True)], [*map(len, picked)]),
        confidence=found.confidence[at],
        score=odds / (1 + odds) if late else np.full(len(at), 0.5),
    )


def declared() -> Drift:
    """The reference is fixed."""
    last = MONDAY + timedelta(days=REFERENCE - 1)
    columns = [{"name": "output", "of": "output"}]
    return Drift.model_validate({"reference": {"first": MONDAY, "last": last}, "columns": columns})
