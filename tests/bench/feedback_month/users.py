"""A month in which all err: annotators, users who thumb and correct, and who decides what they propose.

Frames as `thumbs` has them, of two labels; the model and annotators are right on .6 of what is hard. Users like the
second label better: they speak of it twice as often. Corrections propose the other label; outcomes say what is true.
"""

from typing import NamedTuple

import numpy as np

from tests.bench.feedback_month.thumbs import DAYS, EVENTS, WORLDS, Codes, Flags, Floats
from tests.bench.feedback_month.thumbs import World as Thumbs
from tests.bench.label_error_worlds import HARD_RIGHT

OVERLAP, PREVALENCE = 3, 0.3
ACCEPTED = (0.95, 0.1)
NEVER = 10_000
LATE_FLAG, LATE_OUTCOME, DECIDED = 2, 7, 1
"""Days from an event to what comes late, and to a reviewer's word on what is proposed."""


class World(NamedTuple):
    """How often what is wrong and what is right is thumbed, corrected, and has an outcome; how good annotators are."""

    thumbs: Thumbs
    corrected: tuple[float, float]
    outcome: tuple[float, float]
    annotator: float
    hard: float

    def __str__(self) -> str:
        says, ends = f"corrected {self.corrected[0]:.0%}", f"outcomes of {self.outcome[0]:.0%}"
        return f"{says}, {ends}, annotators {self.annotator:.0%}, {self.hard:.0%} hard"


def worlds() -> list[World]:
    """Two of what users say, by three kinds of annotators."""
    return [
        World(WORLDS[name], corrected, outcome, annotator, hard)
        for name, corrected, outcome in (
            ("some", (0.05, 0.004), (0.3, 0.1)),
            ("much", (0.15, 0.02), (0.7, 0.2)),
        )
        for annotator, hard in ((0.85, 0.1), (0.75, 0.0), (0.9, 0.2))
    ]


class Month(NamedTuple):
    """What n events are and when what is known of them: days from the start, NEVER what does not come.

    `proposed` is the day a correction comes, `accepted` whether its reviewer takes it, `ended` the day of the outcome;
    `flagged` the day of a thumb down or correction. `answer` (n, 3) is what annotators would say. `day` is the frame.
    """

    day: Codes
    truth: Codes
    output: Codes
    confidence: Floats
    up: Flags
    down: Flags
    proposed: Codes
    accepted: Flags
    ended: Codes
    flagged: Codes
    answer: Codes
    number: Floats

    @property
    def right(self) -> Flags:
        """Whether the output is true."""
        return np.asarray(self.output == self.truth)

    @property
    def known_from(self) -> Codes:
        """The day from which truth is known without annotators: by an outcome, or an accepted correction."""
        return np.minimum(np.where(self.accepted, self.proposed + DECIDED, NEVER), self.ended)

    def said(self, until: Codes) -> Floats:
        """What is known of all events by a day of each, (n, 7): as `benchmark.known` has it, with days."""
        verified = self.ended <= until
        parts = (np.ones(len(self.day)), self.confidence, self.up, self.flagged <= until, verified)
        return np.column_stack([*parts, self.day, self.day * verified]).astype(np.float64)

    def told(self, until: Codes) -> Codes:
        """What is true by a day of each (n,): what a person accepted, else the outcome; -1 where neither is known."""
        decided = self.accepted & (self.proposed + DECIDED <= until)
        return np.where(decided, 1 - self.output, np.where(self.ended <= until, self.truth, -1))


def month(rng: np.random.Generator, world: World) -> Month:
    """All of its events, frame by frame."""
    n = DAYS * EVENTS
    day, truth = np.repeat(np.arange(DAYS), EVENTS), (rng.random(n) < PREVALENCE).astype(np.int64)
    hard = rng.random(n) < world.hard
    right = rng.random(n) < np.where(hard, HARD_RIGHT, 0.9)
    output = np.where(right, truth, 1 - truth)
    said = rng.random((n, OVERLAP)) < np.where(hard, HARD_RIGHT, world.annotator)[:, None]
    speaks = 0.75 * (1 + output)
    down = rng.random(n) < speaks * np.where(right, world.thumbs.down[1], world.thumbs.down[0])
    up = ~down & (rng.random(n) < speaks * np.where(right, world.thumbs.up[0], world.thumbs.up[1]))
    corrects = rng.random(n) < speaks * np.where(right, world.corrected[1], world.corrected[0])
    ends = rng.random(n) < np.where(right, world.outcome[1], world.outcome[0])
    spoken, ended = (day + after * (rng.random(n) < 0.5) for after in (LATE_FLAG, LATE_OUTCOME))
    return Month(
        day=day,
        truth=truth,
        output=output,
        confidence=np.clip(rng.normal(0.8 - 0.15 * ~right, 0.1), 0.01, 0.99),
        up=up,
        down=down,
        proposed=np.where(corrects, spoken, NEVER),
        accepted=corrects & (rng.random(n) < np.where(right, ACCEPTED[1], ACCEPTED[0])),
        ended=np.where(ends, ended, NEVER),
        flagged=np.where(corrects | down, spoken, NEVER),
        answer=np.where(said, truth[:, None], 1 - truth[:, None]),
        number=rng.random(n),
    )
