"""What is to be done with an annotator, decided on the bounds of an interval, with the reason in words."""

from dataclasses import dataclass
from typing import Literal

from gt_platform.stats.annotators.pace import Speed
from gt_platform.stats.annotators.shares import Share

State = Literal["onboarding", "active", "watched", "paused"]
Basis = Literal["truth", "others", "none"]

HASTY = 0.5
"""Share of hasty answers from which, surely, an annotator is watched."""
COUNTED = {
    "truth": "answers to units of known truth",
    "others": "answers to compare with others'",
    "none": "answers to compare with anything",
}


@dataclass(frozen=True, kw_only=True)
class Levels:
    """An annotator is paused if surely below `pause`, watched if surely below `watch`; judged from `minimum` answers
    on.

    Against known truth the levels are shares of right answers. Agreement with other annotators falls with the
    difficulty of the task, so there they are shares of what the median annotator reaches.
    """

    pause: float = 0.5
    watch: float = 0.7
    minimum: int = 10

    def __post_init__(self) -> None:
        if not (0 <= self.pause <= self.watch <= 1 and self.minimum >= 1):
            given = f"pause {self.pause}, watch {self.watch}, minimum {self.minimum}"
            raise ValueError(f"{given}: need 0 <= pause <= watch <= 1 <= minimum")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of an annotator: a share and what it is a share of, the peers' median, and whatever else speaks.

    `relative` says that the levels are shares of the median even where truth is known.
    """

    share: Share | None
    basis: Basis
    median: float = 1.0
    chance: float | None = None
    one_answer: str = ""
    suspicion: str = ""
    relative: bool = False

    @property
    def scale(self) -> float:
        """What the levels are shares of: everything, or what the median annotator reaches."""
        return self.median if self.relative or self.basis != "truth" else 1.0


def decide(evidence: Evidence, levels: Levels) -> tuple[State, str]:
    """The state and its reason.

    One answer to everything pauses; so does a share whose upper bound is below the pause level, or that is no better
    than chance where the peers' is. An upper bound below the watch level, or a suspicion, is watched. Until the lower
    bound is above the pause level, an annotator is onboarding: not shown to be good, nor to be bad.
    """
    share, pause, watch = evidence.share, levels.pause * evidence.scale, levels.watch * evidence.scale
    if evidence.one_answer:
        return "paused", evidence.one_answer
    if share is None or share.n < levels.minimum:
        few = f"{share.n if share else 0} of {levels.minimum} {COUNTED[evidence.basis]}"
        return ("watched", evidence.suspicion) if evidence.suspicion else ("onboarding", few)
    if at_random(evidence):
        return "paused", f"lower bound {share.low:.2f} is not above chance, {evidence.chance:.2f}"
    if share.high < pause:
        return "paused", f"upper bound {share.high:.2f} is below {pause:.2f}"
    if evidence.suspicion:
        return "watched", evidence.suspicion
    if share.high < watch:
        return "watched", f"upper bound {share.high:.2f} is below {watch:.2f}"
    if share.low < pause:
        return "onboarding", f"lower bound {share.low:.2f} is not yet {pause:.2f}"
    return "active", f"lower bound {share.low:.2f} reaches {pause:.2f}"


def at_random(evidence: Evidence) -> bool:
    """Whether answers look like any answers: not above chance, and surely less than half as far above it as the peers.

    The second part asks for evidence: few answers may fail to rise above chance and still be good ones.
    """
    share, chance = evidence.share, evidence.chance
    if share is None or chance is None or evidence.median <= chance:
        return False
    return share.low <= chance and share.high < (chance + evidence.median) / 2


def hasty(speed: Speed | None) -> str:
    """The suspicion that an annotator answers without reading, if most answers surely came too fast, else nothing."""
    if speed is None or speed.hasty.low <= HASTY:
        return ""
    return f"{speed.hasty.value:.0%} of answers in under a quarter of the usual time"
