"""Do scores stay true under a declared design? Prints a table; `python -m tests.bench.quotas [RUNS]`.

Frames of 400 events in two languages and three levels of difficulty (70, 25, 5 %; the model right on .92, .80, .50),
its confidence informative but noisy, 2 % flagged by people, mostly where it is wrong; 50 drawn of each, by strata
within cells of the quotas as the platform draws them. Truth is the frames' own share right, and that of what is hard;
worlds are made anew every 20 draws.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from gt_platform.project.sampling import Sampling
from gt_platform.sampling.frame import Cut, Known, designed
from gt_platform.sampling.novelty import Codes, Flags, Floats
from gt_platform.sampling.quotas import Quota
from gt_platform.stats.allocation import draw
from gt_platform.stats.design import stratified
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import intervals
from gt_platform.stats.survey import ratio

EVENTS, BUDGET, DRAWS = 400, 50, 20
RIGHT = np.array([0.92, 0.80, 0.50])
SHARES = np.array([0.70, 0.25, 0.05])
VALUES = {"difficulty": ("easy", "medium", "hard", "*"), "language": ("en", "de", "*"), "output": ("spam", "*")}
Asked = Mapping[str, tuple[float, ...]]
DESIGNS: dict[str, Asked] = {
    "as many of each as there are": {"difficulty": (0.70, 0.25, 0.05)},
    "difficulty 40/40/20": {"difficulty": (0.4, 0.4, 0.2)},
    "the same, languages 50/50": {"difficulty": (0.4, 0.4, 0.2), "language": (0.5, 0.5)},
    "half of the output's rare class": {"output": (0.5,)},
    "hard 60: more than there are": {"difficulty": (0.2, 0.2, 0.6)},
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A day's events: which are right and hard, and what the draw knows of them."""

    right: Floats
    codes: Mapping[str, Codes]
    known: Known

    @property
    def events(self) -> pl.DataFrame:
        """Their ids."""
        return pl.DataFrame({"event_id": [f"e{at:03}" for at in range(EVENTS)]})

    def cut(self, asked: Asked, seed: int) -> Cut:
        """The frame as it is drawn from under a design."""
        quotas = [
            Quota(attribute=name, values=VALUES[name], shares=shares, code=self.codes[name])
            for name, shares in asked.items()
        ]
        return designed(self.events, self.known, quotas, Sampling(budget=BUDGET), BUDGET, seed)


def frame(rng: np.random.Generator) -> Frame:
    """A day."""
    difficulty = rng.choice(3, EVENTS, p=SHARES)
    chance = np.clip(RIGHT[difficulty] + rng.normal(0, 0.1, EVENTS), 0.02, 0.98)
    right = rng.random(EVENTS) < chance
    flagged = rng.random(EVENTS) < np.where(right, 0.005, 0.08)
    codes = {
        "difficulty": difficulty,
        "language": (rng.random(EVENTS) < 0.2).astype(np.int64),
        "output": (rng.random(EVENTS) > 0.1).astype(np.int64),
    }
    known = Known(
        drift=np.full(EVENTS, 0.5),
        confidence=np.clip(chance + rng.normal(0, 0.1, EVENTS), 0, 1),
        negative=np.zeros(EVENTS, dtype=np.bool_),
        slices=[],
        flagged=flagged,
        first=min(int(flagged.sum()), BUDGET // 4),
    )
    return Frame(right=right.astype(np.float64), codes=codes, known=known)


def attempts(frames: list[Frame], asked: Asked, seed: int) -> Iterator[tuple[str, int, float, float, float]]:
    """Estimator, labels, estimate, low and high: of all events by both, and of what is hard by strata."""
    cuts = [one.cut(asked, seed + at) for at, one in enumerate(frames)]
    drawn = [
        draw(one.events["event_id"].to_list(), one.strata.code, one.counts, seed + at) for at, one in enumerate(cuts)
    ]
    sizes = [len(one.counts) for one in cuts]
    first = np.cumsum([0, *sizes])
    units = [_in_order(cut.strata.code, mine) for cut, mine in zip(cuts, drawn, strict=True)]
    code = np.concatenate(
        [first[at] + cut.strata.code[mine] for at, (cut, mine) in enumerate(zip(cuts, units, strict=True))]
    )
    design = stratified(
        code, np.concatenate([one.strata.sizes for one in cuts]), np.repeat(np.arange(len(cuts)), sizes)
    )
    right = np.concatenate([one.right[mine] for one, mine in zip(frames, units, strict=True)])[:, None]
    hard = np.concatenate([one.codes["difficulty"][mine] == 2 for one, mine in zip(frames, units, strict=True)])[
        :, None
    ]
    known = [np.column_stack([np.ones(EVENTS), one.known.confidence, one.known.flagged]) for one in frames]
    mine = np.concatenate([every[at] for every, at in zip(known, units, strict=True)])
    one = np.ones_like(right)
    found = {
        "all": ratio(design, right, one),
        "all, GREG": greg(design, right, one, mine, np.concatenate(known).sum(axis=0)),
        "hard": ratio(design, right * hard, hard.astype(np.float64)),
    }
    for name, estimates in found.items():
        (interval,) = intervals(estimates, np.zeros(1), np.ones(1))
        if interval is not None:
            yield name, int(estimates.n[0]), interval.estimate, interval.low, interval.high


def _in_order(code: Codes, drawn: Flags) -> Codes:
    mine = np.flatnonzero(drawn)
    return mine[np.argsort(code[mine], kind="stable")]


def measure(asked: Asked, days: int, runs: int, seed: int) -> dict[str, Floats]:
    """Of every estimator, labels, error, whether the interval held and half its width: (runs, 4)."""
    rng, rows = np.random.default_rng(seed), dict[str, list[tuple[float, ...]]]()
    for run in range(runs):
        if run % DRAWS == 0:
            frames = [frame(rng) for _ in range(days)]
            right = np.concatenate([one.right for one in frames])
            hard = np.concatenate([one.codes["difficulty"] == 2 for one in frames])
        for name, n, value, low, high in attempts(frames, asked, 1_000_003 * seed + 100 * run):
            true = float(right[hard].mean() if name == "hard" else right.mean())
            rows.setdefault(name, []).append((n, value - true, low <= true <= high, (high - low) / 2))
    return {name: np.array(found, dtype=np.float64) for name, found in rows.items()}


def main(runs: int) -> None:
    """Print the table."""
    print(f"{'design':32} {'days':>4} {'score':10} {'labels':>6} {'bias':>7} {'covered':>8} {'half-width':>10}")
    for name, asked in DESIGNS.items():
        for days in (1, 7):
            for score, found in measure(asked, days, runs, seed=1).items():
                labels, bias, covered, width = found.mean(axis=0) * (1, 100, 1, 100)
                print(
                    f"{name:32} {days:4} {score:10} {labels:6.0f} {bias:+7.2f} {covered:8.1%} {width:10.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
