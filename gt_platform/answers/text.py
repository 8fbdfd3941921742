"""Free text, compared after the normalisation its schema declares."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.form import Prose
from gt_platform.answers.normal import Rule, Step, normaliser, phrases, seen, tokens
from gt_platform.answers.voting import TIE, agreeing_pairs, each, tally
from gt_platform.stats.consensus.medoid import medoid
from gt_platform.stats.consensus.rover import rover

Floats = NDArray[np.float64]
LANGUAGE = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$"


class Text(BaseModel):
    """An answer is one text, or a list of acceptable variants of which the first is preferred.

    Where it is declared that there may be no answer, an empty text says so, and is right where it is the truth.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    normalise: tuple[Rule, ...] = Field(
        ("unicode", "case", "whitespace"), description="what does not count as a difference, in order"
    )
    language: str = Field(
        "en",
        pattern=LANGUAGE,
        description="whose articles are left out, and whether 1,000 or 1.000 is a thousand: en, de, pt-BR, zh …",
    )
    longest: int = Field(10_000, ge=1, description="characters an answer may have")
    consensus: Literal["exact", "medoid", "rover"] = Field(
        "exact", description="equal texts, else the text most like the others, or a vote word by word"
    )
    similar: float | None = Field(
        None, gt=0, le=1, description="least similarity, of 1, at which medoid and rover settle; exact has none"
    )

    no_answer: bool = Field(False, description="whether there may be no answer: an empty text")
    synonyms: dict[str, list[str]] = Field(
        default_factory=dict, description="words and phrases that say the same: {car: [automobile, motor car]}"
    )
    more_detail: bool = Field(
        False, description="whether an output that says the truth, word for word, and more is right too"
    )

    @model_validator(mode="after")
    def _similarity_where_used(self) -> Self:
        if (self.consensus == "exact") != (self.similar is None):
            raise ValueError("medoid and rover need `similar`, for example 0.8, and exact has no use for it")
        return self

    @model_validator(mode="after")
    def _synonyms_are_of_one_word(self) -> Self:
        found: dict[str, str] = {}
        for word, others in self.synonyms.items():
            if not others or not all(seen(one) for one in (word, *others)):
                raise ValueError(f"synonyms: {word!r} needs a list of others that say the same, none of them empty")
            for one in (word, *others):
                if found.setdefault(self._plain(one), word) != word:
                    raise ValueError(f"synonyms: {one!r} stands for {found[self._plain(one)]!r} and for {word!r}")
        return self

    def form(self) -> Prose:
        """A text, or acceptable variants of it."""
        return Prose(self.longest, self.no_answer)

    def validate(self, answer: Answer) -> str | list[str]:  # type: ignore[override]
        """Return the text or its variants. Raises InvalidAnswerError for anything else.

        Text of which nothing can be seen is none, or where there may be no answer, that.
        """
        variants = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(variant, str) and (self.no_answer or seen(variant)) for variant in variants):
            raise InvalidAnswerError(f"{answer!r} is not a text, or a list of acceptable texts")
        if not variants and not self.no_answer:
            raise InvalidAnswerError("[] is not a text, or a list of acceptable texts")
        if any(len(variant) > self.longest for variant in variants):
            raise InvalidAnswerError(f"longer than {self.longest} characters")
        kept = [variant if seen(variant) else "" for variant in variants]
        return (kept or "") if isinstance(answer, list) else kept[0]

    def validate_output(self, output: Answer) -> str:
        """Return a model's text, of any length: acceptable variants are for who says what is true."""
        if not isinstance(output, str) or not (self.no_answer or seen(output)):
            raise InvalidAnswerError(f"{output!r} is not a text")
        return output if seen(output) else ""

    def with_variants(self, answer: Answer, variants: Sequence[Answer]) -> Answer:
        """A list of all, the answer first; see HasVariants."""
        others = [variant for variant in variants if variant not in _variants(answer)]
        return [*_variants(answer), *others] if others else answer

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """As long as the longest of the texts; equal ones agree. Raises InvalidAnswerError where one is empty."""
        if not all(map(seen, texts)):
            raise InvalidAnswerError("an empty text is no answer")
        return cls(longest=max(map(len, texts)))

    def parse(self, text: str) -> str | list[str]:
        """The text is the answer."""
        return self.validate(text)

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:  # noqa: ARG002
        """Majority over normalised texts; the settled answer lists every wording that reached it, commonest first.

        Confidence is the share of answers with that text. Where no two texts are equal, or two tie, `medoid` takes the
        one most like the others, and abstains below `similar`; its confidence is always the mean similarity to the
        others. `rover` votes word by word over the aligned preferred texts: confidence is the mean share that says
        what won, and below `similar` it abstains; where most say nothing, the text most like the others leads.
        Of texts that tie the first in the alphabet leads. Nothing is learned about the annotators.
        """
        return each(answers, self._by_words if self.consensus == "rover" else self._commonest)

    def _commonest(self, annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
        keys = [self._normal(_preferred(answer)) for answer in answers]
        votes = tally(keys)
        first, most = next(iter(votes.items()))
        method, share = "majority of normalised text", most / len(answers)
        if list(votes.values()).count(most) > 1:
            if self.consensus == "medoid":
                return self._likest(annotators, answers, keys)
            found = self._wording(annotators, answers, keys, first, share, method)
            return replace(found, answer=None, reason=TIE)
        if self.consensus == "medoid":
            share = _likeness(first, keys)
        return self._wording(annotators, answers, keys, first, share, method)

    @staticmethod
    def _wording(
        annotators: Sequence[str], answers: Sequence[Answer], keys: Sequence[str], key: str, sure: float, method: str
    ) -> Settlement:
        settled = _wordings(keys, answers, key)
        agreed = tuple(annotator for annotator, said in zip(annotators, keys, strict=True) if said == key)
        return Settlement(
            answer=settled, confidence=sure, votes=tally(keys), method=method, leading=settled, agreed=agreed
        )

    def _likest(self, annotators: Sequence[str], answers: Sequence[Answer], keys: Sequence[str]) -> Settlement:
        likeness = similarities(keys)
        first, sure = medoid(likeness)
        leading = _wordings(keys, answers, min(keys[at] for at in first))
        apart = likeness[np.ix_(first, first)].min() < (self.similar or 0.0)
        return self._by_likeness(annotators, keys, leading, sure, "medoid", TIE if apart else None)

    def _by_words(self, annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
        keys = [self._normal(_preferred(answer)) for answer in answers]
        texts = sorted(zip(keys, map(_preferred, answers), strict=True))
        if len(texts) > 1:  # most like the rest first
            likeness = similarities([key for key, _ in texts]).sum(axis=1).round(6)
            texts = [texts[at] for at in np.argsort(-likeness, kind="stable")]
        spelled = [[(self._normal(word) or word, word) for word in text.split()] for _, text in texts]
        voted = rover([[key for key, _ in words] for words in spelled])
        wordings = Counter(pair for words in spelled for pair in words)
        best = {key: word for (key, word), _ in sorted(wordings.items(), key=lambda said: (said[1], said[0]))}
        leading = " ".join(best[key] for key in voted.words)
        silent = None if leading or self.no_answer else "most say nothing where any other says a word"
        said = leading if leading or self.no_answer else texts[0][1]
        return self._by_likeness(annotators, keys, said, voted.agreement, "rover", silent)

    def _by_likeness(
        self, annotators: Sequence[str], keys: Sequence[str], leading: Answer, sure: float, method: str, why: str | None
    ) -> Settlement:
        limit = self.similar or 0.0
        sure = round(sure, 6)  # similarities have no more digits
        target = self._normal(_preferred(leading))
        close = similarities([target, *keys])[0, 1:] >= limit
        agreed = tuple(annotator for annotator, near in zip(annotators, close, strict=True) if near)
        reason = why or (None if sure >= limit else f"the texts are less similar than {limit:g}")
        if len(_preferred(leading)) > self.longest:
            reason = f"the words that won are longer than {self.longest} characters together"
        return Settlement(
            answer=None if reason else leading,
            confidence=sure,
            votes=tally(keys),
            method=method,
            leading=leading,
            agreed=agreed,
            reason=reason,
        )

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of pairs equal after normalisation, or as similar as `similar` asks."""
        keys = [self._normal(_preferred(answer)) for answer in answers]
        if self.similar is None or len(keys) < 2:
            return agreeing_pairs(list(Counter(keys).values()))
        above = np.triu_indices(len(keys), 1)
        return float((similarities(keys)[above] >= self.similar).mean())

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output equals an acceptable variant after normalisation; with `more_detail`, says it and more."""
        if not isinstance(output, str):
            return False
        given, variants = self._normal(output), {self._normal(text) for text in _variants(answer)}
        if given in variants or not self.more_detail:
            return given in variants
        return any(_says(self._bare(given), self._bare(variant)) for variant in variants)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Exact match and the best token F1 over the acceptable variants; see `tokens` for what a token is."""
        given = self._normal(output) if isinstance(output, str) else None
        f1 = 0.0 if given is None else max(_token_f1(given, self._normal(variant)) for variant in _variants(truth))
        return [
            Measure("exact_match", "*", float(self.agrees(truth, output)), 1.0),
            Measure("token_f1", "*", f1, 1.0),
        ]

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Exact match and token F1."""
        return {"exact_match": (0.0, 1.0), "token_f1": (0.0, 1.0)}

    @cached_property
    def _plain(self) -> Step:
        """Without what does not count as a difference."""
        return normaliser(self.normalise, self.language)

    @cached_property
    def _bare(self) -> Step:
        """The same without punctuation at words' ends, whatever is declared."""
        return normaliser(("unicode", "punctuation"), self.language)

    @cached_property
    def _normal(self) -> Step:
        """The same, with one word in place of all that say the same."""
        pairs = [(one, word) for word, others in self.synonyms.items() for one in (word, *others)]
        return normaliser(self.normalise, self.language, phrases({self._plain(a): self._plain(b) for a, b in pairs}))


def similarities(texts: Sequence[str]) -> Floats:
    """1 less the Levenshtein distance as a share of the longer text, for every pair, (n, n)."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    return np.asarray(cdist(texts, texts, scorer=Levenshtein.normalized_similarity, dtype=np.float64))


def _likeness(text: str, texts: Sequence[str]) -> float:
    """Mean similarity of a text to the others, 1 if there are none."""
    others = len(texts) - 1
    return round(float(similarities([text, *texts])[0, 1:].sum() - 1) / others, 6) if others else 1.0


def _wordings(keys: Sequence[str], answers: Sequence[Answer], settled: str) -> Answer:
    """The wordings of those who gave the settled text, commonest first; a single one stands alone."""
    wordings = tally(
        [text for key, given in zip(keys, answers, strict=True) if key == settled for text in _variants(given)]
    )
    return next(iter(wordings)) if len(wordings) == 1 else list(wordings)


def _variants(answer: Answer) -> list[str]:
    return list(answer) if isinstance(answer, list) else [answer]


def _says(given: str, true: str) -> bool:
    """Whether all words of the truth stand in what is given, one behind the other."""
    ours, theirs = tokens(given), tokens(true)
    return bool(theirs) and any(ours[at : at + len(theirs)] == theirs for at in range(len(ours) - len(theirs) + 1))


def _preferred(answer: Answer) -> str:
    return _variants(answer)[0]


def _token_f1(given: str, true: str) -> float:
    ours, theirs = Counter(tokens(given)), Counter(tokens(true))
    shared = (ours & theirs).total()
    total = ours.total() + theirs.total()
    return 2 * shared / total if total else float(given == true)
