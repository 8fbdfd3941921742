"""All of a few declared options, in order, the best first."""

import json
from collections.abc import Mapping, Sequence
from itertools import combinations

from pydantic import BaseModel, ConfigDict, Field

from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.form import Order, defined
from gt_platform.answers.judging import Bounds
from gt_platform.answers.voting import each, tally
from gt_platform.canonical import canonical
from gt_platform.stats.consensus import rankings

SEVERAL = "several orders agree equally well with the rankings given"


class Ranking(BaseModel):
    """`options` maps each option to its definition, as the expert reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    options: dict[str, str] = Field(min_length=2, max_length=100, description="each option with its definition")

    def form(self) -> Order:
        """The options in an order."""
        return Order(defined(self.options))

    def validate(self, answer: Answer) -> list[str]:  # type: ignore[override]
        """Return the options in order. Raises InvalidAnswerError unless each is there once, letter for letter."""
        named = isinstance(answer, list) and all(isinstance(option, str) for option in answer)
        if not named or sorted(answer) != sorted(self.options):
            raise InvalidAnswerError(f"{answer!r} is not each of {', '.join(self.options)} once, in order")
        return list(answer)

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> "Ranking":
        """The options are those of the texts, all of which must rank the same."""
        options = sorted({option for text in texts for option in _options(text)})
        if len(options) < 2:
            raise InvalidAnswerError(f"{', '.join(options) or 'nothing'}: a ranking needs two options or more")
        kind = cls(options=dict.fromkeys(options, ""))
        for text in texts:
            kind.parse(text)
        return kind

    def parse(self, text: str) -> list[str]:
        """Options as a JSON list, as in `b > a > c`, or as a JSON object of their ranks, from 1."""
        return self.validate(_options(text))

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:  # noqa: ARG002
        """The order that contradicts the fewest pairs anyone stated (Kemeny); beyond 12 options by Borda's count.

        The confidence is the mean share of annotators behind each pair of it. Abstains where several are as good;
        one of them, always the same, then leads.
        """
        return each(answers, self._best)

    def _best(self, annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
        votes = tally([canonical(answer) for answer in answers])
        found = rankings.consensus(self._codes(answers))
        names = sorted(self.options)
        leading = [names[code] for code in found.order]
        return Settlement(
            answer=leading if found.alone else None,
            confidence=found.support,
            votes=votes,
            method=found.method,
            leading=leading,
            agreed=tuple(annotator for annotator, answer in zip(annotators, answers, strict=True) if answer == leading),
            reason=None if found.alone else SEVERAL,
        )

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Mean share of pairs of options that two rankings have in the same order, (1 + Kendall's tau) / 2."""
        return rankings.agreement(self._codes(answers)) if len(answers) > 1 else None

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output is the true order."""
        return bool(answer == output)

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """The share of pairs in the true order, and whether the best is the best; an invalid output has neither."""
        pairs = list(combinations(truth, 2))
        try:
            place = {option: at for at, option in enumerate(self.validate(output))}
        except InvalidAnswerError:
            return [Measure("kendall", "*", 0.0, float(len(pairs))), Measure("top_1", "*", 0.0, 1.0)]
        same = sum(place[better] < place[worse] for better, worse in pairs)
        return [
            Measure("kendall", "*", float(same), float(len(pairs))),
            Measure("top_1", "*", float(place[truth[0]] == 0), 1.0),
        ]

    def judged(self, answer: Answer) -> list[Measure]:
        """Of an order of what the output offers, each option's place, from 1, and whether that is the first."""
        places = {option: at for at, option in enumerate(answer, 1)}
        first = [Measure(f"share of {one} first", "*", float(places.get(one) == 1), 1.0) for one in self.options]
        mean = [Measure(f"mean place of {one}", "*", float(places[one]), 1.0) for one in self.options if one in places]
        return [*first, *mean]

    def judgements(self) -> Bounds:
        """How often each option is the first, and its mean place, of which the lower is the better."""
        last = float(len(self.options))
        return {f"share of {option} first": (0.0, 1.0) for option in self.options} | {
            f"mean place of {option}": (1.0, last) for option in self.options
        }

    def metrics(self) -> dict[str, tuple[float, float]]:
        """The share of pairs in the true order, and of items whose best is the true best."""
        return dict.fromkeys(("kendall", "top_1"), (0.0, 1.0))

    def _codes(self, answers: Sequence[Answer]) -> list[list[int]]:
        code = {option: at for at, option in enumerate(sorted(self.options))}
        return [[code[option] for option in answer] for answer in answers]


def _options(text: str) -> list[str]:
    if not text.lstrip().startswith(("[", "{")):
        return [option.strip() for option in text.split(">")]
    try:
        options = json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise InvalidAnswerError(f"{text!r} is not a JSON list of options: {broken}") from broken
    if isinstance(options, dict):
        return _by_rank(text, options)
    if not all(isinstance(option, str) for option in options):
        raise InvalidAnswerError(f"{text!r} is not a JSON list of options: they must be texts")
    return list(options)


def _by_rank(text: str, ranks: dict[str, object]) -> list[str]:
    """The options from the first rank to the last, of which each must have one."""
    places = {rank: option for option, rank in ranks.items() if isinstance(rank, int) and not isinstance(rank, bool)}
    if sorted(places) != list(range(1, len(ranks) + 1)):
        raise InvalidAnswerError(f"{text!r} does not give each option a rank of its own, from 1 for the best")
    return [places[rank] for rank in sorted(places)]
