"""Several criteria judged at once, each on an ordered scale of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.form import Several
from gt_platform.answers.judging import Bounds
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.voting import tally
from gt_platform.canonical import canonical


class Rubric(BaseModel):
    """An answer gives each criterion one label of its scale: `{"clear": "yes", "polite": "very"}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    criteria: dict[str, Ordinal] = Field(min_length=1, description="each criterion with its scale, from low to high")

    def ordered(self) -> list[tuple[str, ...]]:
        """Each criterion's scale, by name: another order is another schema."""
        return [(name, *self.criteria[name].labels) for name in sorted(self.criteria)]

    def form(self) -> Several:
        """One step of each criterion's scale."""
        return Several(tuple((name, scale.form()) for name, scale in self.criteria.items()))

    def validate(self, answer: Answer) -> dict[str, str]:  # type: ignore[override]
        """Return the labels by criterion. Raises InvalidAnswerError unless each has one, and nothing else has."""
        if not isinstance(answer, dict) or answer.keys() != self.criteria.keys():
            raise InvalidAnswerError(f"{answer!r} does not have exactly {', '.join(self.criteria)}")
        labels = {}
        for criterion, scale in self.criteria.items():
            try:
                labels[criterion] = scale.validate(answer[criterion])
            except InvalidAnswerError as error:
                raise InvalidAnswerError(f"{criterion}: {error}") from None
        return labels

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """The criteria of JSON objects, whose labels must be numbers to have an order."""
        answers = [_object(text) for text in texts]
        names = sorted({name for answer in answers for name in answer})
        said = {name: [answer[name] for answer in answers if name in answer] for name in names}
        return cls(criteria={name: Ordinal.fitting(labels) for name, labels in said.items()})

    def parse(self, text: str) -> dict[str, str]:
        """A JSON object of labels by criterion."""
        return self.validate(_object(text))

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """Criterion by criterion, as `Ordinal` does; one that abstains holds up the item.

        Confidence is that of the least sure criterion: those of one item go together, so they don't multiply. Who
        agreed gave every leading label. `soft` is what `Ordinal` says of each criterion's labels.
        """
        parts = {}
        for criterion, scale in self.criteria.items():
            said = tuple(answer[criterion] for answer in answers.answers)
            truths = {item: truth[criterion] for item, truth in known.items()} if known else None
            parts[criterion] = scale.settle(replace(answers, answers=said), truths)
        given: dict[str, list[str]] = {}
        for item, answer in zip(answers.items, answers.answers, strict=True):
            given.setdefault(item, []).append(canonical(answer))
        return {
            item: _joined({name: part[item] for name, part in parts.items()}, tally(given[item]))
            for item in sorted(given)
        }

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean over criteria of their agreement."""
        found = [scale.agreement([answer[name] for answer in answers]) for name, scale in self.criteria.items()]
        known = [value for value in found if value is not None]
        return sum(known) / len(known) if known else None

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether every label is the true one."""
        return bool(answer == output)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """The metrics of `Ordinal` for each criterion and ('*') over all; a criterion left out errs by its scale."""
        given: Mapping[str, Any] = output if isinstance(output, dict) else {}
        shares = [
            replace(share, label=name)
            for name, scale in self.criteria.items()
            for share in scale.measure(given.get(name), truth[name])
        ]
        overall = {
            metric: [share for share in shares if share.metric == metric]
            for metric in dict.fromkeys(share.metric for share in shares)
        }
        return shares + [
            Measure(metric, "*", sum(share.numerator for share in of), sum(share.denominator for share in of))
            for metric, of in overall.items()
        ]

    def judged(self, answer: Answer) -> list[Measure]:
        """What `Ordinal` has of each criterion, named by it: `share of good in clear`, `mean in clear`."""
        return [
            replace(share, metric=_of(share.metric, name))
            for name, scale in self.criteria.items()
            for share in scale.judged(answer[name])
        ]

    def judgements(self) -> Bounds:
        """Shares and the mean, criterion by criterion."""
        return {
            _of(metric, name): bounds
            for name, scale in self.criteria.items()
            for metric, bounds in scale.judgements().items()
        }

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Those of `Ordinal`, for each criterion; errors are in steps, up to the longest scale's."""
        longest = max(self.criteria.values(), key=lambda scale: len(scale.scale))
        return longest.metrics()


def _of(metric: str, criterion: str) -> str:
    return f"{metric} in {criterion}"


def _joined(parts: Mapping[str, Settlement], votes: dict[str, int]) -> Settlement:
    """One settlement of an item's criteria."""
    undecided = {name: part.reason for name, part in parts.items() if part.answer is None}
    leading = {name: part.leading for name, part in parts.items()}
    agreed = set.intersection(*(set(part.agreed) for part in parts.values()))
    softs = {name: part.soft for name, part in parts.items() if part.soft is not None}
    return Settlement(
        answer=None if undecided else leading,
        confidence=min(part.confidence or 0.0 for part in parts.values()),
        confidence_is=max(part.confidence_is for part in parts.values()),
        votes=votes,
        method=f"each criterion: {next(iter(parts.values())).method}",
        leading=leading,
        agreed=tuple(sorted(agreed)),
        soft=_keyed(softs) if softs else None,
        reason="; ".join(f"{name}: {why}" for name, why in undecided.items()) or None,
    )


def _keyed(softs: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {
        canonical({name: json.loads(label)}): share for name, soft in softs.items() for label, share in soft.items()
    }


def _object(text: str) -> dict[str, str]:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not answer:
        raise InvalidAnswerError(f"{text!r} is not a JSON object of labels by criterion")
    return {name: label if isinstance(label, str) else json.dumps(label) for name, label in answer.items()}
