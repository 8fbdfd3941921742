"""What to talk about before the guidelines are next revised: hard cases that belong together, the costliest first."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from gt_platform.answers.apart import apart
from gt_platform.labeling.agreement import agreement, share_of
from gt_platform.lake import Store
from gt_platform.likeness.texts import Text, text_of
from gt_platform.likeness.topics import named, topics, weights_of
from gt_platform.project import Project

State = Literal["open", "discussed", "resolved"]
CASES = """
    SELECT h.*, i.input, d.answer::VARCHAR AS decided, a.answers, p.given, p.wrong,
           list_sort(list_distinct(coalesce(p.annotators, a.annotators, []))) AS annotators
    FROM hard_cases h JOIN items i ON i.item_id = h.item_id ANTI JOIN retired_items r ON r.item_id = h.item_id
    LEFT JOIN current_decisions d ON d.item_id = h.item_id
    LEFT JOIN (
        SELECT item_id, list(answer::VARCHAR ORDER BY assignment_id) AS answers, list(annotator) AS annotators
        FROM live_annotations GROUP BY item_id
    ) a ON a.item_id = h.item_id
    LEFT JOIN (
        SELECT item_id, list(answer::VARCHAR ORDER BY honeypot_id, annotator) AS given, list(annotator) AS annotators,
               avg((NOT correct)::INTEGER) AS wrong
        FROM honeypot_answers JOIN honeypots USING (honeypot_id) GROUP BY item_id
    ) p ON p.item_id = h.item_id AND h.kind = 'disputed honeypot'
    ORDER BY h.case_id
"""


@dataclass(frozen=True, kw_only=True)
class HardCase:
    """One case; `votes` are the answers with how many gave each, `annotators` the codes of who gave them, `rule` the id
    of the rule that resolves it.
    """

    case_id: str
    kind: str
    item_id: str
    input: Any
    votes: dict[str, int]
    annotators: tuple[str, ...]
    note: str | None
    guideline_version: str
    raised_at: datetime
    state: State
    rule: str | None
    cost: float


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Cases that belong together: the answers that are at odds, words they share, and what they cost.

    `cost` is how much higher the mean agreement over all items would be if their items had none but equal answers, in
    points (0 to 100); a honeypot counts with its share of wrong answers.
    """

    pair: str
    about: tuple[str, ...]
    cases: tuple[HardCase, ...]
    cost: float

    @property
    def state(self) -> State:
        """Resolved where all cases are, discussed where none is open."""
        states = {one.state for one in self.cases}
        return "open" if "open" in states else "discussed" if "discussed" in states else "resolved"


def agenda(store: Store, project: Project) -> list[Topic]:
    """Every topic: the unresolved first, and of these the costliest."""
    with store.snapshot():
        rows, items = store.read(CASES).rows(named=True), agreement(store, project).items
    resolved = {case: rule.id for rule in project.rules for case in rule.resolves}
    found = [(_pair(project, row), _case(project, row, resolved), text_of(_input(row), project)) for row in rows]
    weights = weights_of([text for *_, text in found])
    by_pair: defaultdict[str, list[tuple[HardCase, Text]]] = defaultdict(list)
    for pair, case, text in sorted(found, key=lambda one: (-one[1].cost, one[1].case_id)):
        by_pair[pair].append((case, text))
    told = [topic for pair, cases in by_pair.items() for topic in _topics(pair, cases, weights, items)]
    return sorted(told, key=lambda one: (one.state == "resolved", -one.cost, -len(one.cases), one.pair, one.about))


def _topics(pair: str, cases: Sequence[tuple[HardCase, Text]], weights: dict[str, float], items: int) -> list[Topic]:
    """Those of one pair of answers, by what their items are about."""
    by_topic: defaultdict[int, list[tuple[HardCase, Text]]] = defaultdict(list)
    for number, one in zip(topics([text for _, text in cases], weights), cases, strict=True):
        by_topic[number].append(one)
    return [
        Topic(
            pair=pair,
            about=tuple(named(list({case.item_id: text for case, text in held}.values()), weights)) if number else (),
            cases=tuple(case for case, _ in held),
            cost=100 * sum({case.item_id: case.cost for case, _ in held}.values()) / max(1, items),
        )
        for number, held in by_topic.items()
    ]


def _case(project: Project, row: dict[str, Any], resolved: dict[str, str]) -> HardCase:
    closed = row["closed_by"] if row["closed_by"] in {one.id for one in project.rules} else None
    rule = next((rule for case, rule in resolved.items() if row["case_id"].startswith(case)), closed)
    share = share_of(project.answer_kind, row["answers"] or [])
    facts = ("case_id", "kind", "item_id", "note", "guideline_version", "raised_at")
    return HardCase(
        **{name: row[name] for name in facts},
        input=_input(row),
        votes=_votes(row),
        annotators=tuple(row["annotators"]),
        state="resolved" if rule else "discussed" if row["looked_at"] else "open",
        rule=rule,
        cost=max(0.0 if share is None else 1 - share, row["wrong"] or 0.0),
    )


def _input(row: dict[str, Any]) -> Any:
    return json.loads(row["input"])


def _votes(row: dict[str, Any]) -> dict[str, int]:
    counted = Counter([*(row["answers"] or []), *(row["given"] or [])])
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _pair(project: Project, row: dict[str, Any]) -> str:
    """The two answers that are at odds, in the words of the form: of what people said, and what was decided."""
    said = list(dict.fromkeys([*list(_votes(row))[:2], *([row["decided"]] if row["decided"] else [])]))[:2]
    if len(said) < 2:
        return _brief(said[0]) if said else "no answer"
    one, other = sorted(said)
    ways = apart(project.answer_kind, json.loads(one), json.loads(other))
    labels = sorted({label for way in ways[:1] for label in (way.true, way.said) if label is not None})
    return " / ".join(labels) if labels else ways[0].how if ways else "the same"


def _brief(answer: str) -> str:
    value = json.loads(answer)
    return (value if isinstance(value, str) else answer)[:40]
