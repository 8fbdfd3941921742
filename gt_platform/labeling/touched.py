"""Whom changed rules touch: the truth that is asked again under `relabel: touched`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from gt_platform.project import Project
from gt_platform.project.guidelines import LABELS, Touches
from gt_platform.project.revised import ORDER, TEXT, revised, rules_in


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Whom a changed rule touches: what it says, of `items` alone where texts or a query narrow it (None: all)."""

    touches: Touches
    items: frozenset[str] | None = None

    def these(self, item: str | None, labels: Set[str], attributes: Mapping[str, Any]) -> bool:
        """Whether an item is among them, by the labels of its answers and its attributes."""
        return (self.items is None or item in self.items) and self.touches.these(labels, attributes)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed from one version of guidelines to what is declared: rules by id, with whom they touch, and the text
    above them, of which nobody says that.
    """

    rules: Mapping[str, Reach]
    text: bool

    def touching(self, row: Mapping[str, Any]) -> str | None:
        """The first rule that touches an item, by its `item_id`, `answer`, `votes` and `attributes`; None if none."""
        labels = labels_in([row["answer"], *json.loads(row["votes"] or "{}")])
        attributes = json.loads(row["attributes"] or "{}")
        item = row["item_id"]
        return next((name for name, reach in self.rules.items() if reach.these(item, labels, attributes)), None)


def changes(before: str, project: Project) -> Changes:
    """From an older version to the present one, not yet narrowed to items (`narrowing.narrowed`).

    A rule that says nothing of whom it touches is about its labels.
    """
    parts = list(dict.fromkeys(one.part for one in revised(before, project.guidelines)))
    now, then = {rule.id: rule for rule in project.rules}, rules_in(before)
    found = {
        part: (now[part].touches if part in now else None)
        or _about([*([now[part].labels] if part in now else []), *([_labels(then[part])] if part in then else [])])
        for part in parts
        if part not in {TEXT, ORDER}
    }
    return Changes(rules={name: Reach(touches=touches) for name, touches in found.items()}, text=TEXT in parts)


def labels_in(answers: Iterable[str | None]) -> frozenset[str]:
    """Every label in answers, given as JSON texts."""
    return frozenset(label for answer in answers for label in _texts(json.loads(answer or "null")))


def _about(labels: Sequence[Sequence[str]]) -> Touches:
    """What a rule is about and was; without labels it is about everything."""
    return Touches(labels=tuple(dict.fromkeys(one for some in labels for one in some)) if all(labels) else ())


def _labels(lines: Sequence[str]) -> Sequence[str]:
    """The labels of a rule as annotators read it."""
    said = [line.removeprefix(f"{LABELS}: ") for line in lines if line.startswith(f"{LABELS}: ")]
    return said[0].split(", ") if said else ()


def _texts(value: Any) -> Iterator[str]:
    """Every text in an answer, names of its parts among them: labels are of these."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
