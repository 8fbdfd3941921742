"""The production model of the demo: VADER, a rule-based sentiment model, as its package ships it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from gt_platform.demo.dataset import DatasetError

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

VERSION = "3.3.2"
MODEL = f"vader-{VERSION}"
THRESHOLD = 0.05  # the thresholds on the compound score its authors give


@dataclass(frozen=True)
class Output:
    """What the model answers, and its own probability of being right, 0 to 1."""

    label: str
    confidence: float


def load_model() -> Callable[[str], Output]:
    """The model as a function of a text. Raises DatasetError when the package or this version of it is missing."""
    _analyzer()
    return lambda text: output(polarity(text)["compound"])


@cache
def polarity(text: str) -> dict[str, float]:
    """How a text scores: `pos`, `neg` and `neu`, shares of its words, and `compound`, -1 to 1."""
    return {name: float(value) for name, value in _analyzer().polarity_scores(text).items()}


def of_words(text: str) -> float:
    """The compound score, -1 to 1, that the model's word list gives without its rules for negation and emphasis."""
    from vaderSentiment.vaderSentiment import normalize

    lexicon = _analyzer().lexicon
    return float(normalize(sum(lexicon.get(word.strip('.,!?;:"()').lower(), 0.0) for word in text.split())))


@cache
def _analyzer() -> "SentimentIntensityAnalyzer":
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        raise DatasetError(
            "The demo's model is not installed; `pip install 'gt-platform[demo]'` adds it, as `make demo` does."
        ) from None
    if (installed := version("vaderSentiment")) != VERSION:
        raise DatasetError(f"vaderSentiment {installed} is installed; the demo tells of {VERSION}, so install that")
    return SentimentIntensityAnalyzer()


def output(compound: float) -> Output:
    """The answer for a compound score, -1 to 1.

    Confidence is (1 + |compound|) / 2: half where the words say nothing, near one where they say it loudly. On
    the tweets the model was made for it is nearly calibrated (right on 59, 71, 85, 90, 97 % of the answers
    whose mean confidence is 59, 70, 80, 89, 95 %; area under the ROC curve 0.72); elsewhere it is too sure.
    """
    return Output(label_of(compound), round((1 + abs(compound)) / 2, 4))


def label_of(compound: float, threshold: float = THRESHOLD) -> str:
    """The label of a compound score."""
    return "positive" if compound >= threshold else "negative" if compound <= -threshold else "neutral"
