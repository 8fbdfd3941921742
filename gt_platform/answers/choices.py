"""Several of a few declared labels at once."""

import json
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.coding import Coded, coded
from gt_platform.answers.form import PickSeveral, defined
from gt_platform.answers.judging import Bounds, shares, shares_bounds
from gt_platform.answers.voting import tally
from gt_platform.canonical import canonical
from gt_platform.stats.consensus.layout import enough_shared
from gt_platform.stats.consensus.multilabel import label_shares, settle_sets

Floats = NDArray[np.float64]
SEPARATOR = "|"


class Choices(BaseModel):
    """`labels` maps each label to its definition; an answer has `minimum` to `maximum` of them, all by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    labels: dict[str, str] = Field(min_length=1, description="each label with its definition")
    minimum: int = Field(0, ge=0, description="fewest labels of an answer")
    maximum: int | None = Field(None, ge=1, description="most labels of an answer")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum > self._most:
            raise ValueError(f"minimum ({self.minimum}) is above the {self._most} labels an answer can have")
        return self

    @property
    def _most(self) -> int:
        return len(self.labels) if self.maximum is None else min(self.maximum, len(self.labels))

    def form(self) -> PickSeveral:
        """As many of the labels as an answer may have."""
        return PickSeveral(defined(self.labels), self.minimum, self._most)

    def validate(self, answer: Answer) -> list[str]:  # type: ignore[override]
        """Return the labels in alphabetical order, each once. Raises InvalidAnswerError for anything else."""
        if not isinstance(answer, list | tuple) or not all(isinstance(label, str) for label in answer):
            raise InvalidAnswerError(f"{answer!r} is not a list of labels")
        unknown = sorted(set(answer) - self.labels.keys())
        if unknown:
            raise InvalidAnswerError(f"{unknown[0]!r} is not one of {', '.join(self.labels)}")
        labels = sorted(set(answer))
        if not self.minimum <= len(labels) <= self._most:
            raise InvalidAnswerError(f"{len(labels)} labels; an answer has {self.minimum} to {self._most}")
        return labels

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """Every label of the texts, which are JSON lists or have their labels between bars."""
        labels = {label for text in texts for label in _split(text)}
        return cls(labels=dict.fromkeys(sorted(labels) or ["any"], ""))

    def parse(self, text: str) -> list[str]:
        """A JSON list of labels, or labels with bars between: `sport|politics`; `[]` is none at all."""
        return self.validate(_split(text))

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """Label by label: by `settle_sets` where annotators can be learned, by majority where they can't.

        Confidence is the probability that the whole set is right, the product over labels; with majority the
        share of its least sure label. An item abstains below half, where any label is tied, and where the set that
        leads has too few or too many labels. `soft` is the probability that each single label is part of the truth.
        """
        pool = coded(answers)
        chosen = [set(answer) for answer in pool.answers]
        given = np.array([[label in labels for label in self.labels] for labels in chosen], dtype=np.bool_)
        given = given.reshape(len(chosen), len(self.labels))
        learned = enough_shared(pool.item, pool.annotator)
        probability = self._probability(pool, given, known or {}) if learned else label_shares(pool.item, given)
        return {
            item: self._settled(pool.names(rows), pool.answers[rows], each, learned)
            for (item, rows), each in zip(pool.rows().items(), probability.round(9), strict=True)
        }

    def _probability(self, pool: Coded, given: NDArray[np.bool_], known: Mapping[str, Answer]) -> Floats:
        """Of every item and label, (I, L)."""
        truth = [
            [float(label in known[item]) if item in known else np.nan for label in self.labels] for item in pool.items
        ]
        return settle_sets(pool.item, pool.annotator, given, np.array(truth))

    def _settled(
        self, annotators: Sequence[str], answers: Sequence[Answer], share: Floats, learned: bool
    ) -> Settlement:
        votes = tally([canonical(answer) for answer in answers])
        method = "label by label, annotators weighed" if learned else "label by label, majority"
        soft = dict(zip(map(canonical, self.labels), share.tolist(), strict=True))
        each = np.maximum(share, 1 - share)
        sure = round(float(each.prod() if learned else each.min()), 9)
        leading = self._leading(share)
        reason = self._reason(share, sure)
        return Settlement(
            answer=None if reason else leading,
            confidence=sure,
            votes=votes,
            method=method,
            leading=leading,
            agreed=tuple(annotator for annotator, answer in zip(annotators, answers, strict=True) if answer == leading),
            soft=soft,
            reason=reason,
        )

    def _leading(self, share: Floats) -> list[str]:
        """The labels more likely than not, or as many of the likeliest as an answer may have; of equals the first."""
        count = min(max(int((share > 0.5).sum()), self.minimum), self._most)
        likeliest = sorted(zip(-share, self.labels, strict=True))[:count]
        return sorted(label for _, label in likeliest)

    def _reason(self, share: Floats, sure: float) -> str | None:
        """Why the leading set does not settle, if so."""
        if tied := [label for label, likely in zip(self.labels, share, strict=True) if likely == 0.5]:
            return f"a tie on {', '.join(tied)}"
        if not self.minimum <= (lead := int((share > 0.5).sum())) <= self._most:
            return f"{lead} labels lead; an answer has {self.minimum} to {self._most}"
        return "the leading set is more likely wrong than right" if sure < 0.5 else None

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean over pairs of the share of labels in common (Jaccard); two empty answers agree."""
        pairs = [_jaccard(set(one), set(other)) for one, other in combinations(answers, 2)]
        return sum(pairs) / len(pairs) if pairs else None

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output has exactly the true labels."""
        return self._valid_or_none(output) == set(answer)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Exact match, Jaccard, and precision, recall and F1 of each label and ('*') of all labels together."""
        found, true = self._valid_or_none(output), set(truth)
        given = found or set()
        shares = [
            Measure("exact_match", "*", float(found == true), 1.0),
            Measure("jaccard", "*", 0.0 if found is None else _jaccard(given, true), 1.0),
            *_ratios("*", len(given & true), len(given), len(true)),
        ]
        for label in self.labels:
            shares += _ratios(label, label in given and label in true, label in given, label in true)
        return shares

    def judged(self, answer: Answer) -> list[Measure]:
        """Of a judgement, which labels it has."""
        return shares(self.labels, answer)

    def judgements(self) -> Bounds:
        """The share of outputs with each label."""
        return shares_bounds(self.labels)

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Exact match and Jaccard; precision, recall and F1 by label and over all of them."""
        return dict.fromkeys(("exact_match", "jaccard", "precision", "recall", "f1"), (0.0, 1.0))

    def _valid_or_none(self, output: Answer) -> set[str] | None:
        try:
            return set(self.validate(output))
        except InvalidAnswerError:
            return None


def _ratios(label: str, both: float, given: float, true: float) -> list[Measure]:
    return [
        Measure("precision", label, float(both), float(given)),
        Measure("recall", label, float(both), float(true)),
        Measure("f1", label, 2.0 * both, float(given + true)),
    ]


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _split(text: str) -> list[str]:
    if not text.lstrip().startswith("["):
        return [label.strip() for label in text.split(SEPARATOR) if label.strip()]
    try:
        labels = json.loads(text)
    except ValueError:
        labels = None
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise InvalidAnswerError(f'{text!r} is not a JSON list of labels; write ["one", "two"] or one|two')
    return labels
