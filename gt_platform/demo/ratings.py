"""Who gets which of a text's human ratings: an end user, the experts, or the hidden gold; never two of them."""

from dataclasses import dataclass
from statistics import fmean

from gt_platform.demo.dataset import DatasetError, RatedText
from gt_platform.demo.traffic import draws

EXPERTS = 5  # answers an item can be asked for, that is the largest overlap
LEAST_GOLD = 5  # ratings below which a mean is no gold
NEUTRAL_UP_TO = 0.5  # a mean nearer to zero than to any other point of the scale


@dataclass(frozen=True, kw_only=True)
class Split:
    """A text's ratings, each with its column in the data; `experts` and `gold` share none."""

    end_user: int
    experts: tuple[tuple[int, int], ...]
    gold: tuple[tuple[int, int], ...]

    @property
    def gold_mean(self) -> float:
        """Mean of the ratings nobody was given, -4 to 4."""
        return fmean(rating for _, rating in self.gold)

    @property
    def gold_answer(self) -> str:
        """The hidden gold answer: that mean, rounded to the nearest point of the scale."""
        mean = self.gold_mean
        return "neutral" if abs(mean) <= NEUTRAL_UP_TO else answer(mean)


def split(text: RatedText, seed: int) -> Split:
    """Deal a text's ratings out. Raises DatasetError when there are too few."""
    columns = list(enumerate(text.ratings, 1))
    if len(columns) < 1 + EXPERTS + LEAST_GOLD:
        raise DatasetError(f"{len(columns)} ratings are too few to deal out: {text.text!r}")
    draws(seed, "ratings", text.text).shuffle(columns)
    return Split(end_user=columns[0][1], experts=tuple(columns[1 : 1 + EXPERTS]), gold=tuple(columns[1 + EXPERTS :]))


def answer(rating: float) -> str:
    """The answer a rating stands for: its sign."""
    return "positive" if rating > 0 else "negative" if rating < 0 else "neutral"
