"""One node of a declared hierarchy, answered as the path to it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import zip_longest
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from gt_platform.answers.apart import Apart
from gt_platform.answers.base import Answer, Answers, InvalidAnswerError, Measure, Settlement
from gt_platform.answers.branches import Node, line, mistakes, nested, nodes
from gt_platform.answers.categories import WEAK, categories
from gt_platform.answers.form import Option
from gt_platform.answers.judging import Bounds, shares, shares_bounds
from gt_platform.answers.voting import TIE, agreeing_pairs

SURE = 0.5 + 1e-6
"""A node leads surely where it is more probable than not, as a single label must be to be settled."""


class Tree(BaseModel):
    """`labels` maps names to the labels below them or, of leaves, to definitions; an answer is a path: `animal/dog`.

    Only leaves are answers, unless `inner` says that every node is one. A model may always put out an inner node: it
    is wrong as a whole, and right as far as it goes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    separator: str = Field("/", pattern=r"^\S$", description="the character between the names of a path")
    labels: dict[str, Any] = Field(description="each label with the labels below it or, of a leaf, its definition")
    inner: bool = Field(False, description="whether a label with others below it may be an answer, too")

    @field_validator("labels", mode="before")
    @classmethod
    def _a_tree(cls, labels: Any, told: ValidationInfo) -> Any:
        if isinstance(labels, dict) and (wrong := list(mistakes(labels, told.data.get("separator", "/")))):
            raise ValueError("; ".join(wrong))
        return labels

    @model_validator(mode="after")
    def _something_to_choose(self) -> Self:
        if len(self.paths) < 2:
            raise ValueError("labels: there is nothing to choose from; declare two leaves or more")
        return self

    @cached_property
    def nodes(self) -> dict[str, str | None]:
        """Every node by its path: a leaf's definition, None for what has others below it."""
        return dict(nodes(self.labels, self.separator))

    @cached_property
    def paths(self) -> dict[str, str]:
        """Those that may be answers, with their definitions."""
        return {path: meaning or "" for path, meaning in self.nodes.items() if self.inner or meaning is not None}

    @cached_property
    def depth(self) -> int:
        """How many levels there are."""
        return max(path.count(self.separator) for path in self.nodes) + 1

    def form(self) -> Node:
        """One of the nodes."""
        options = tuple(Option(path, path, meaning) for path, meaning in self.paths.items())
        return Node(options, separator=self.separator)

    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        """Return the path. Raises InvalidAnswerError unless it is declared, letter for letter, and may be an answer."""
        if isinstance(answer, str) and answer in self.paths:
            return answer
        first = next(iter(self.paths))
        inner = isinstance(answer, str) and answer in self.nodes
        why = "has others below it: go on to one of them" if inner else "is none of the declared paths"
        raise InvalidAnswerError(f"{answer!r} {why}, such as {first!r}")

    def validate_output(self, output: Answer) -> str:
        """Return the path, of whatever node. Raises InvalidAnswerError."""
        return output if isinstance(output, str) and output in self.nodes else self.validate(output)

    @classmethod
    def fitting(cls, texts: Sequence[str]) -> Self:
        """Texts are paths with / between names; where one goes on from another, inner nodes are answers, too."""
        given = sorted(set(texts))
        if bad := next((path for path in given if not all(path.split("/"))), None):
            raise InvalidAnswerError(f"{bad!r} is no path such as 'animal/dog': a name is missing")
        labels = nested(given if len(given) > 1 else [*given, f"not {given[0]}"], "/")
        return cls(labels=labels, inner=any(meaning is None and path in given for path, meaning in nodes(labels, "/")))

    def parse(self, text: str) -> str:
        """The path, spaces around separators aside, or as much of its end as only one of the answers has."""
        path = self.separator.join(name.strip() for name in text.split(self.separator))
        ending = [one for one in self.paths if one.endswith(f"{self.separator}{path}")]
        return ending[0] if path not in self.paths and len(ending) == 1 else self.validate(path)

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        """As one of as many labels as there are answers (`categories`).

        Where that abstains and the answers below one inner node are together more probable than not, and more than
        those below any other of its level, that node leads surely, the deepest of several. Where inner nodes may be
        answers, the item is settled on it: who agreed gave it or something below it, and `soft` is still that of every
        answer. Otherwise the reason names it.
        """
        found = categories(answers, list(self.paths), known or {})
        branches = {
            item: branch
            for item, one in found.items()
            if one.reason in (TIE, WEAK) and (branch := self._branch(one)) is not None
        }
        if not self.inner:
            told = {item: f"{found[item].reason}; {branch} leads surely" for item, branch in branches.items()}
            return found | {item: replace(found[item], reason=why) for item, why in told.items()}
        agreed: dict[str, list[str]] = {item: [] for item in branches}
        for item, annotator, answer in zip(answers.items, answers.annotators, answers.answers, strict=True):
            if item in branches and branches[item] in self._line(answer):
                agreed[item].append(annotator)
        return found | {
            item: self._settled_on(branch, found[item], sorted(agreed[item])) for item, branch in branches.items()
        }

    def _settled_on(self, branch: str, one: Settlement, agreed: Sequence[str]) -> Settlement:
        return replace(
            one,
            answer=branch,
            leading=branch,
            confidence=min(round(self._together(one.soft or {})[branch], 6), 1.0),
            agreed=tuple(agreed),
            reason=None,
        )

    def _branch(self, one: Settlement) -> str | None:
        """The deepest inner node that leads surely."""
        share, votes = self._together(one.soft or {}), self._together(one.votes)
        likely = [node for node, meaning in self.nodes.items() if meaning is None and share.get(node, 0) > SURE]
        return max((node for node in likely if self._is_first(node, votes)), key=self._level, default=None)

    def _is_first(self, node: str, votes: Mapping[str, float]) -> bool:
        others = [count for other, count in votes.items() if other != node and self._level(other) == self._level(node)]
        return votes.get(node, 0) > max(others, default=0)

    def _together(self, by_answer: Mapping[str, float]) -> dict[str, float]:
        """What answers, as JSON texts, have, added up at every node that they are or lie below."""
        found: dict[str, float] = {}
        for answer, amount in by_answer.items():
            for node in self._line(json.loads(answer)):
                found[node] = found.get(node, 0) + amount
        return found

    def _level(self, path: str) -> int:
        return path.count(self.separator) + 1

    def _line(self, answer: Answer) -> list[str]:
        """The nodes from the top to an answer, of an older schema, too."""
        return line(answer, self.separator) if isinstance(answer, str) else []

    def agreement(self, answers: Sequence[Answer]) -> float | None:
        """Share of pairs that chose the same node."""
        return agreeing_pairs(list(Counter(answers).values()))

    def agrees(self, answer: Answer, output: Answer) -> bool:
        """Whether the output is the true node."""
        return bool(answer == output)

    def apart(self, truth: Answer, said: Answer) -> list[Apart]:
        """Where two paths part: the nodes of the first level at which they differ, or that one of them does not reach.

        So `animal/dog` and `plant/oak` differ as `animal` and `plant`, whatever they say further down.
        """
        levels = zip_longest(self._line(truth), self._line(said))
        true, other = next((pair for pair in levels if pair[0] != pair[1]), (truth, said))
        return [Apart("other label", true or truth, other or said)]

    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        """Accuracy, exact and level by level; hierarchical precision, recall and F1; the plain ones for each top label.

        Of a level count the truths that reach it: an output is right there if it has the same node. The hierarchical
        ones compare the sets of the nodes from the top to output and truth, added up over all events (Kiritchenko,
        Matwin, Nock and Famili 2006; Silla and Freitas 2011). What is no node of the tree is wrong at every level.
        """
        given = self._line(output) if isinstance(output, str) and output in self.nodes else []
        true = self._line(truth)
        both = float(len(set(given) & set(true)))
        levels = [
            Measure("accuracy", f"level {level}", float(true[level - 1 : level] == given[level - 1 : level]), 1.0)
            if level <= len(true)
            else Measure("accuracy", f"level {level}", 0.0, 0.0)
            for level in range(1, self.depth + 1)
        ]
        return [
            Measure("accuracy", "*", float(output == truth), 1.0),
            *levels,
            Measure("hierarchical_precision", "*", both, float(len(given))),
            Measure("hierarchical_recall", "*", both, float(len(true))),
            Measure("hierarchical_f1", "*", 2 * both, float(len(given) + len(true))),
            *self._tops(given[:1], true[:1]),
        ]

    def _tops(self, given: Sequence[str], true: Sequence[str]) -> list[Measure]:
        measured = []
        for top in self.labels:
            said, so = float(top in given), float(top in true)
            measured += [
                Measure("precision", top, said * so, said),
                Measure("recall", top, said * so, so),
                Measure("f1", top, 2 * said * so, said + so),
            ]
        return measured

    def judged(self, answer: Answer) -> list[Measure]:
        """Of a judgement, which label of the first level it is or lies below."""
        return shares(self.labels, self._line(answer)[:1])

    def judgements(self) -> Bounds:
        """The share of each label of the first level."""
        return shares_bounds(self.labels)

    def metrics(self) -> dict[str, tuple[float, float]]:
        """Accuracy, overall and by level; the hierarchical ones overall; the plain ones by label of the first level."""
        plain = ("precision", "recall", "f1")
        return dict.fromkeys(("accuracy", *(f"hierarchical_{name}" for name in plain), *plain), (0.0, 1.0))
