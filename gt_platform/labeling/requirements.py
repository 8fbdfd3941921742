"""What an item asks of its annotator, how soon it should be asked, and what the model suggests."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gt_platform.lake import Store, Writer
from gt_platform.project import Project, ScoreGate

SCORED = """
    SELECT scope, period, slice, estimate, low, high FROM current_scores
    WHERE metric = ? AND estimand = 'production' AND model = '*' AND scope IN ('all', 'day') AND low IS NOT NULL
"""
FAILING, LOWEST = 2, 1


@dataclass(frozen=True)
class Urgency:
    """Where truth is needed first: by (attribute, value) of events, and by day. FAILING, or the LOWEST of its kind."""

    slices: dict[tuple[str, str], int] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)

    def of(self, events: list[dict[str, Any]], day: date) -> int:
        """The priority of an item that occurs in events with these attributes."""
        found = [(name, _text(value)) for attributes in events for name, value in attributes.items()]
        return max([self.days.get(day, 0), *(self.slices.get(slice_, 0) for slice_ in found)])


def urgency(tables: Store | Writer, project: Project) -> Urgency:
    """Slices and days whose production score surely misses the gate, and the slice of each attribute that is lowest."""
    slices: dict[tuple[str, str], int] = {}
    days: dict[date, int] = {}
    for metric in dict.fromkeys(gate.metric for gate in project.gates.score):
        rows = tables.read(SCORED, [metric]).rows(named=True)
        failing = [row for row in rows if _fails(project.gates.binding(metric, row["slice"]), row)]
        if gate := project.gates.binding(metric, "*"):
            of_slices = [row for row in rows if row["scope"] == "all" and row["slice"] != "*"]
            slices = dict.fromkeys(_lowest(gate, of_slices), LOWEST) | slices
        slices |= {_slice(row): FAILING for row in failing if row["scope"] == "all" and row["slice"] != "*"}
        of_days = (row for row in failing if row["scope"] == "day" and row["slice"] == "*")
        days |= {date.fromisoformat(row["period"]): FAILING for row in of_days}
    return Urgency(slices, days)


def requires(project: Project, attributes: dict[str, Any]) -> tuple[str, ...]:
    """Abilities that an event with these attributes asks for, such as `language:de`."""
    named = (("language", project.labeling.language), ("skill", project.labeling.skill))
    values = ((what, attributes.get(where.partition(".")[2])) for what, where in named if where is not None)
    return tuple(f"{what}:{_text(value)}" for what, value in values if value is not None)


def suggestion(project: Project, output: Any) -> str | None:
    """The model's answer as JSON text, where the project shows it and it is a valid one."""
    read = project.outputs.read(output) if project.labeling.suggestions else None
    return None if read is None or read.reason else json.dumps(read.answer, ensure_ascii=False)


def _fails(gate: ScoreGate | None, row: dict[str, Any]) -> bool:
    return gate is not None and gate.surely(row["low"], row["high"]) is False


def _lowest(gate: ScoreGate, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The worst slice of each attribute that has several."""
    by_attribute: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_attribute.setdefault(_slice(row)[0], []).append(row)
    sign = 1 if gate.at_least is not None else -1
    worst = (min(found, key=lambda row: sign * row["estimate"]) for found in by_attribute.values() if len(found) > 1)
    return [_slice(row) for row in worst]


def _slice(row: dict[str, Any]) -> tuple[str, str]:
    attribute, _, value = row["slice"].partition("=")
    return attribute, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
