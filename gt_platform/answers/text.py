"""Free text, compared after the normalisation its schema declares."""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gt_platform.answers.base import Answer, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.voting import agreeing_pairs

Rule = Literal["unicode", "case", "punctuation", "articles", "whitespace"]
ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)
NORMALISE: dict[Rule, Callable[[str], str]] = {
    "unicode": lambda text: unicodedata.normalize("NFKC", text),
    "case": str.casefold,
    "punctuation": lambda text: text.translate(PUNCTUATION),
    "articles": lambda text: ARTICLES.sub(" ", text),
    "whitespace": lambda text: " ".join(text.split()),
}


class Text(BaseModel):
    """An answer is one text, or a list of acceptable variants of which the first is preferred."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    normalise: tuple[Rule, ...] = Field(
        ("unicode", "case", "whitespace"), description="what does not count as a difference, in order"
    )
    longest: int = Field(10_000, ge=1, description="characters an answer may have")

    def validate(self, answer: Answer) -> str | list[str]:  # type: ignore[override]
        """Return the text or its variants. Raises InvalidAnswerError for anything else, blank text included."""
        variants = answer if isinstance(answer, list) else [answer]
        if not variants or not all(isinstance(variant, str) and variant.strip() for variant in variants):
            raise InvalidAnswerError(f"{answer!r} is not a text, or a list of acceptable texts")
        if any(len(variant) > self.longest for variant in variants):
            raise InvalidAnswerError(f"longer than {self.longest} characters")
        return answer  # type: ignore[no-any-return]

    def settle(self, answers: Sequence[Answer]) -> Settlement:
        """Majority over normalised texts; the settled answer lists every wording that reached it, commonest first."""
        wordings: dict[str, Counter[str]] = {}
        votes: Counter[str] = Counter()
        for answer in answers:
            key = self._normal(_preferred(answer))
            votes[key] += 1
            wordings.setdefault(key, Counter()).update(_variants(answer))
        if not votes:
            return Settlement(None, None, {}, "majority of normalised text")
        (first, most), *others = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        tied = bool(others) and others[0][1] == most
        spelled = [text for text, _ in sorted(wordings[first].items(), key=lambda item: (-item[1], item[0]))]
        settled: Answer = None if tied else spelled[0] if len(spelled) == 1 else spelled
        return Settlement(settled, most / len(answers), dict(sorted(votes.items())), "majority of normalised text")

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of pairs equal after normalisation."""
        counts = Counter(self._normal(_preferred(answer)) for answer in answers)
        return agreeing_pairs(list(counts.values()))

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output equals an acceptable variant after normalisation."""
        return isinstance(output, str) and self._normal(output) in {self._normal(text) for text in _variants(answer)}

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Exact match and the best token F1 over the acceptable variants."""
        given = self._normal(output) if isinstance(output, str) else ""
        f1 = max(_token_f1(given, self._normal(variant)) for variant in _variants(truth))
        return [
            Measure("exact_match", "*", float(self.agrees(truth, output)), 1.0),
            Measure("token_f1", "*", f1, 1.0),
        ]

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Exact match and token F1."""
        return {"exact_match": (0.0, 1.0), "token_f1": (0.0, 1.0)}

    def _normal(self, text: str) -> str:
        for rule in self.normalise:
            text = NORMALISE[rule](text)
        return text


def _variants(answer: Answer) -> list[str]:
    return list(answer) if isinstance(answer, list) else [answer]


def _preferred(answer: Answer) -> str:
    return _variants(answer)[0]


def _token_f1(given: str, true: str) -> float:
    ours, theirs = Counter(given.split()), Counter(true.split())
    shared = (ours & theirs).total()
    total = ours.total() + theirs.total()
    return 2 * shared / total if total else float(given == true)
