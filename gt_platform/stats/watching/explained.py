"""Whether right and wrong have changed among like events, beyond what changed inputs or changed prevalence explain.

Among like inputs a model is right as often as before where only inputs changed (covariate shift). Where only the
prevalence of answers changed (label shift), each answer's chance is tilted by how much commoner it became, and so is
the chance of being right. Only what neither explains is concept drift.
"""

from dataclasses import dataclass

import numpy as np

from gt_platform.stats.watching.daily import Codes, Floats, Moved, daily, moved
from gt_platform.stats.watching.rightness import Rightness, learned


@dataclass(frozen=True, kw_only=True)
class Labeled:
    """n labeled events on some days, and what each was `worth` (n,) by its truth, such as 1 where it was right.

    `features`, each (n, p) with a first of 1, tell like inputs in one way or another; `weight` (n,) is what each stands
    for, `day` (n,) a code below `days`. `likeness` (n,) are the odds of being from the reference rather than from its
    day.
    """

    features: tuple[Floats, ...]
    worth: Floats
    weight: Floats
    day: Codes
    days: int
    likeness: Floats


@dataclass(frozen=True, kw_only=True)
class Chances:
    """Of n labeled events: the chance of each of K truths among like inputs before, and how much commoner each is.

    `worth` is what each is worth if that is its truth; all (n, K).
    """

    before: Floats
    commoner: Floats
    worth: Floats

    @property
    def now(self) -> Floats:
        """The chances where each answer is so much commoner, and all else as before."""
        told = self.before * self.commoner
        tilted: Floats = told / told.sum(axis=1, keepdims=True)
        return tilted

    @property
    def gained(self) -> Floats:
        """What that adds to the mean worth, (n,)."""
        more: Floats = ((self.now - self.before) * self.worth).sum(axis=1)
        return more


@dataclass(frozen=True, kw_only=True)
class Tilts:
    """The chances `then` and `now`; the answers' `prior` (K,), their share now, and errors (R, K) of that."""

    then: Chances
    now: Chances
    share: Floats
    errors: Floats

    def doubt(self, weight: Floats) -> float:
        """The variance of the mean worth now, by what is not known of the prevalence; `weight` (n,)."""
        told, worth = self.now.now, self.now.worth
        slope = np.average(told * (worth - (told * worth).sum(axis=1, keepdims=True)), axis=0, weights=weight)
        return float(((self.errors @ (slope / self.share)) ** 2).mean())


@dataclass(frozen=True, kw_only=True)
class Concept:
    """What labeled events of now are worth beyond what is `expected` of them, in how far they are like the reference's.

    `like` is how many labels of equal weight speak of that; `unexplained` is the least that is left by a change of
    inputs, told in any of the ways, or of the answers' prevalence.
    """

    expected: float
    like: float
    unexplained: Moved


def concept(then: Labeled, now: Labeled, *, shares: bool, tilts: Tilts | None) -> Concept:
    """Compare what events are worth with what the reference's like them were; `shares` says that this is 0 to 1.

    Of events unlike any of the reference's nothing is known: they count by how likely they are to be of it.
    """
    ways = [_way(then, now, way, shares=shares) for way in range(len(then.features))]
    like = now.weight * now.likeness
    left = [
        moved(
            daily(way.before, then.weight, then.day, then.days),
            daily(way.after, like, now.day, now.days),
            doubt=way.doubt(like),
        )
        for way in ways
    ]
    if tilts is not None:
        beyond = moved(
            daily(ways[0].before - tilts.then.gained, then.weight, then.day, then.days),
            daily(ways[0].after - tilts.now.gained, now.weight, now.day, now.days),
            doubt=ways[0].doubt(now.weight) + tilts.doubt(now.weight),
        )
        left.append(beyond)
    return Concept(
        expected=float(np.average(now.worth - ways[0].after, weights=like)),
        like=float(like.sum() ** 2 / (like**2).sum()),
        unexplained=max(left, key=lambda one: one.p_value),
    )


@dataclass(frozen=True, kw_only=True)
class _Way:
    """What is left of each event's worth, `before` (n,) and `after` (m,), and what the model of it rests on."""

    model: Rightness
    before: Floats
    after: Floats
    usual: Floats
    slope: Floats

    def doubt(self, weight: Floats) -> float:
        """What is not known of what is expected of events so weighted, beyond what is not of the reference's own."""
        now = np.average(self.slope, axis=0, weights=weight)
        covariance = self.model.covariance
        return max(float(now @ covariance @ now - self.usual @ covariance @ self.usual), 0.0)


def _way(then: Labeled, now: Labeled, way: int, *, shares: bool) -> _Way:
    before, after = then.features[way], now.features[way]
    model = learned(before, then.worth, then.weight, shares=shares)
    return _Way(
        model=model,
        before=then.worth - model.expected(before),
        after=now.worth - model.expected(after),
        usual=np.average(model.slope(before), axis=0, weights=then.weight),
        slope=model.slope(after),
    )
