"""How each table forgets: by what the rows of somebody are told, which ids are keyed, and what is emptied.

A table that holds nothing of any item or event says so in `HOLDS_NOTHING`; a test asks that each says one or the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gt_platform.lake.tables import Column, Table

ERASED = "[erased]"
"""What stands where a text was that may not be missing."""
UNERASED = "item_id NOT IN (SELECT id FROM erased WHERE kind = 'item')"
"""SQL: of an older version's rows, those that are as they were."""
GONE = "(SELECT id FROM gone WHERE kind = '{}')"
BESIDES = {"attributes": "{}", "votes": "{}", "detail": '{"erased":true}'}
"""Columns of JSON that are objects, and stay so."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`told_by`: columns, or expressions, and the kind of `erased` they are looked for in.

    Of such a row the columns of `keyed` are replaced by what stands for them, and those of `emptied` are emptied; those
    in `mentions` are replaced in any row. `kept_where` has conditions on which a column keeps what it says. What does
    not `stay` is deleted from the table as it is now besides.
    """

    told_by: Mapping[str, str]
    keyed: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    mentions: Mapping[str, str] = field(default_factory=dict)
    kept_where: Mapping[str, str] = field(default_factory=dict)
    stays: bool = False

    def matches(self) -> str:
        """SQL: whether a row is one of theirs."""
        return "(" + " OR ".join(_gone(told, kind) for told, kind in self.told_by.items()) + ")"

    def touches(self) -> str:
        """SQL: whether a row is changed at all."""
        mentioned = (_gone(name, kind) for name, kind in self.mentions.items())
        return "(" + " OR ".join([self.matches(), *mentioned]) + ")"

    def column(self, column: Column) -> str:
        """SQL: what a column becomes, of whatever row."""
        name = f'"{column.name}"'
        if column.name in self.emptied:
            kept = self.kept_where.get(column.name, "false")
            return f"CASE WHEN {self.matches()} AND NOT ({kept}) THEN {_empty(column)} ELSE {name} END"
        if column.name in self.keyed:
            return f"CASE WHEN {self.matches()} THEN keyed({name}) ELSE {name} END"
        kind = self.told_by.get(column.name) or self.mentions.get(column.name)
        return name if kind is None else f"CASE WHEN {_gone(column.name, kind)} THEN keyed({name}) ELSE {name} END"


def _gone(told: str, kind: str) -> str:
    # an id that is missing is nobody's; NULL would make all of an OR unknown
    return f"coalesce(keyed({told}) IN {GONE.format(kind)}, false)"


def _empty(column: Column) -> str:
    if column.nullable:
        return "NULL"
    text = BESIDES.get(column.name, f'"{ERASED}"') if column.type == "JSON" else ERASED
    return "''::BLOB" if column.type == "BLOB" else f"'{text}'::{column.type}"


ITEM, EVENT = {"item_id": "item"}, {"event_id": "event"}
UNERASED_ENTRY = f"CASE WHEN detail::VARCHAR <> '{BESIDES['detail']}' THEN concat(backend, ':', number) END"
"""Its number is not keyed, so an entry must tell otherwise that it was emptied before."""
RULES: Mapping[str, Rule] = {
    "events": Rule(
        told_by=EVENT,
        keyed=("item_id", "session_id", "user_id", "content_digest"),
        emptied=("input", "output", "confidence", "attributes", "rescued"),
        stays=True,
    ),
    "feedback": Rule(
        told_by={"feedback_id": "feedback"},
        keyed=("annotator_id", "content_digest"),
        emptied=("value", "comment", "rescued"),
        mentions=EVENT,
        kept_where={"value": "signal IN ('thumb', 'rating')"},
        stays=True,
    ),
    "invalid_outputs": Rule(told_by=EVENT, emptied=("detail",), stays=True),
    "quarantine": Rule(told_by={"quarantine_id": "quarantine"}, emptied=("detail", "raw"), stays=True),
    "replays": Rule(told_by={"quarantine_id": "quarantine"}, stays=True),
    "row_scores": Rule(told_by=EVENT, stays=True),
    "left_out": Rule(told_by=EVENT, stays=True),
    "sample": Rule(told_by=EVENT, keyed=("item_id",), stays=True),
    "measurements": Rule(told_by=EVENT, emptied=("read",), stays=True),
    "items": Rule(told_by=ITEM, emptied=("input", "attributes", "source"), mentions=EVENT),
    "imports": Rule(
        told_by=ITEM,
        keyed=("import_id",),
        emptied=("record_id", "answer", "variants", "metadata", "annotator", "confidence", "seconds"),
    ),
    "assignments": Rule(told_by=ITEM, keyed=("assignment_id",), emptied=("input", "suggestion")),
    "annotations": Rule(told_by=ITEM, keyed=("assignment_id",), emptied=("answer", "comment", "remark")),
    "rejections": Rule(told_by={"rejection_id": "rejection"}, emptied=("detail", "raw")),
    "honeypots": Rule(
        told_by=ITEM,
        keyed=("honeypot_id", "decision_id"),
        emptied=("input", "truth", "stratum", "suggestion"),
    ),
    "honeypot_answers": Rule(told_by={"honeypot_id": "honeypot"}, emptied=("answer", "truth", "comment")),
    "exclusions": Rule(told_by={"assignment_id": "assignment"}),
    "expert_checks": Rule(told_by={**ITEM, **EVENT}, keyed=("item_id",), emptied=("cell", "consensus")),
    "adjudications": Rule(told_by=ITEM, keyed=("answers_digest",), emptied=("answer", "reasoning")),
    "edge_cases": Rule(told_by=ITEM, keyed=("edge_case_id",), emptied=("note",)),
    "stale": Rule(told_by=ITEM, keyed=("decision_id",)),
    "retests": Rule(told_by=ITEM, keyed=("assignment_id", "decision_id"), emptied=("truth",)),
    "audit": Rule(told_by={UNERASED_ENTRY: "audit"}, emptied=("about", "detail"), stays=True),
    "settlements": Rule(
        told_by=ITEM,
        keyed=("answers_digest",),
        emptied=("leading_answer", "confidence", "soft", "votes", "method", "reason"),
    ),
    "decisions": Rule(
        told_by=ITEM,
        keyed=("decision_id", "answers_digest", "follows"),
        emptied=("answer", "method", "confidence", "votes", "soft", "reason"),
    ),
    "ground_truth": Rule(
        told_by=ITEM,
        keyed=("decision_id",),
        emptied=("input", "answer", "method", "confidence", "soft", "source", "attributes"),
        mentions={"duplicate_group": "item"},
    ),
    "proposal_verdicts": Rule(
        told_by={"feedback_id": "feedback", **ITEM},
        keyed=("decision_id",),
        emptied=("answer", "reason"),
        mentions={"along_with": "feedback"},
        stays=True,
    ),
    "meanings": Rule(told_by={"feedback_id": "feedback"}, emptied=("answer", "truth")),
    "changelog": Rule(told_by=ITEM, emptied=("before", "after"), stays=True),
    "duplicates": Rule(
        told_by=ITEM,
        emptied=("similarity", "how", "words_digest", "sketch"),
        mentions={"duplicate_group": "item"},
    ),
    "splits": Rule(told_by=ITEM),
    "contaminations": Rule(told_by=ITEM),
    "pins": Rule(told_by=ITEM, emptied=("why",), stays=True),
    "predictions": Rule(
        told_by=ITEM, keyed=("content_digest",), emptied=("output", "error", "confidence", "seconds", "cost")
    ),
}
HOLDS_NOTHING = (
    "declarations", "guidelines", "files", "attempts", "drift", "acceptances", "spending", "composition", "phases",
    "standings", "pools", "annotators", "releases", "tags", "scores", "past_scores", "scorings", "daily_counts",
    "watches", "training_files", "erasures", "erased", "runs", "candidate_scores", "comparisons", "gates", "computed",
)  # fmt: skip
"""Counts, verdicts, and what people say of the whole: none of it is about one event or item."""


def emptied(table: Table) -> str:
    """SQL: every column of a table, as it is to be."""
    rule = RULES[table.name]
    return ", ".join(f'{rule.column(column)} AS "{column.name}"' for column in table.columns)
