"""One of a few declared labels."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.categories import categories
from gt_platform.answers.form import Pick, defined
from gt_platform.answers.judging import Bounds, shares, shares_bounds
from gt_platform.answers.voting import agreeing_pairs


class Choice(BaseModel):
    """`labels` maps each label to its definition, as the expert reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    labels: dict[str, str] = Field(min_length=2, description="each label with its definition")

    def form(self) -> Pick:
        """One of the labels."""
        return Pick(defined(self.labels))

    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        """Return the label. Raises InvalidAnswerError unless it is a declared one, letter for letter."""
        if not isinstance(answer, str) or answer not in self.labels:
            raise InvalidAnswerError(f"{answer!r} is not one of {', '.join(self.labels)}")
        return answer

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> "Choice":
        """Every text is a label; a single one has no alternative yet, but may be settled."""
        labels = sorted(set(texts))
        return cls(labels=dict.fromkeys(labels if len(labels) > 1 else [*labels, f"not {labels[0]}"], ""))

    def parse(self, text: str) -> str:
        """The text is the label."""
        return self.validate(text)

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """By votes and models of annotators together, which learn from all the answers; see `categories`."""
        return categories(answers, list(self.labels), known or {})

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of pairs that chose the same label."""
        counts = Counter(answers)
        return agreeing_pairs(list(counts.values()))

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output is the true label."""
        return bool(answer == output)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Accuracy, and precision, recall and F1 for each label."""
        right = float(output == truth)
        shares = [Measure("accuracy", "*", right, 1.0)]
        for label in self.labels:
            given, true = float(output == label), float(truth == label)
            both = given * true
            shares += [
                Measure("precision", label, both, given),
                Measure("recall", label, both, true),
                Measure("f1", label, 2 * both, given + true),
            ]
        return shares

    def judged(self, answer: Answer) -> list[Measure]:
        """Of a judgement, which label it is."""
        return shares(self.labels, [answer])

    def judgements(self) -> Bounds:
        """The share of each label."""
        return shares_bounds(self.labels)

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Accuracy overall; precision, recall and F1 by label."""
        return dict.fromkeys(("accuracy", "precision", "recall", "f1"), (0.0, 1.0))
