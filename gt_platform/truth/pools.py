"""What is settled together, and the news in it: pools of answers, known by digests of all that their settlement follows
from.

Answers of another schema version belong with the present ones where the present schema allows every one of them; else
their version is a pool of its own. So are the answers to items that were added: as these were chosen to be hard, they
would tell of annotators what is not so of production. Settling a pool belongs in `settlements`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import polars as pl

from gt_platform.answers import AnswerKind, InvalidAnswerError
from gt_platform.canonical import canonical, digest
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import POOLS
from gt_platform.project import Project

PRESENT, ADDED = "present", " added"
DIGESTS = {"answers": "answers_digest", "gold": "gold_digest", "method": "settled_by"}
MADE_BY = f"gt_platform {version('gt-platform')}, settling 6"
"""Whoever changes what equal answers settle to counts up, so that lakes settle anew."""

FAMILY = f"concat(schema_version, CASE WHEN item_id IN (SELECT item_id FROM added_items) THEN '{ADDED}' END)"  # noqa: S608
# What is known to a settlement: rulings on the very answers it settles, and what was imported or corrected, which is
# the later word, as long as the item was not asked anew since; its outcome, however often it is asked, unless
# such a ruling is about to overrule it; and with what chance an expert was given the item, where chance chose it.
KNOWN = f"""
    SELECT item_id, answers, answers_digest, {FAMILY} AS family, coalesce(said, ruling, came) AS known, chance
    FROM answered_items LEFT JOIN current_rulings USING (item_id, answers_digest)
    LEFT JOIN (
        SELECT item_id, any_value(answer) FILTER (method <> 'outcome') AS said,
               any_value(answer) FILTER (method = 'outcome') AS came
        FROM (
            SELECT item_id, answer, round, method FROM standing_truth
            WHERE method IN ('import', 'correction', 'outcome')
        ) t
        JOIN (
            SELECT item_id, coalesce(round, 1) AS asked FROM assignments ANTI JOIN retests USING (assignment_id)
        ) USING (item_id) GROUP BY item_id, t.round HAVING t.round IS NULL OR max(asked) <= t.round
    ) USING (item_id)
    LEFT JOIN (
        SELECT item_id, inclusion_probability AS chance FROM expert_answers WHERE answer IS NOT NULL
    ) USING (item_id)
"""  # noqa: S608 - of the part above
# Answers to honeypots settle no item, but tell of annotators, and the more where a person's word is behind the truth:
# the last one, since what was corrected or retired since was wrong.
HONEYPOTS = """
    SELECT honeypot_id, annotator, a.answer, g.truth AS known
    FROM honeypot_answers a JOIN honeypots h USING (honeypot_id) LEFT JOIN (
        SELECT item_id, ruling AS truth FROM current_rulings
        UNION SELECT item_id, answer FROM (
            FROM decisions WHERE method IN ('import', 'correction', 'outcome', 'retirement')
            QUALIFY revision = max(revision) OVER (PARTITION BY item_id)
        ) WHERE answer IS NOT NULL
    ) g ON g.item_id = h.item_id AND g.truth = h.truth
"""
# Sums that no order changes: 128 bits of each row, added without carrying. Honeypots are the row without a family.
PULSE = f"""
    SELECT family, count(*) AS items, sum(answers)::BIGINT AS answers, count(known) AS gold,
           bit_xor(md5_number(concat_ws(chr(10), item_id, answers_digest)))::VARCHAR AS answers_digest,
           coalesce(bit_xor(md5_number(concat_ws(chr(10), item_id, known, chance))) FILTER (known IS NOT NULL), 0)
               ::VARCHAR AS gold_digest
    FROM ({KNOWN}) GROUP BY family
    UNION ALL
    SELECT NULL, 0, count(*), count(known),
           bit_xor(md5_number(concat_ws(chr(10), honeypot_id, annotator, answer, known)))::VARCHAR, ''
    FROM ({HONEYPOTS}) HAVING count(*) > 0
    ORDER BY family
"""  # noqa: S608 - of the queries above
OTHERS = f"""
    SELECT {FAMILY} AS family, answer FROM (
        SELECT i.item_id, i.schema_version, a.answer FROM live_annotations a JOIN answered_items i USING (item_id)
        WHERE i.schema_version <> ?
    ) GROUP BY ALL
"""  # noqa: S608 - of the part above
STANDING = "SELECT pool, answers_digest, gold_digest, settled_by FROM pools ORDER BY pool"


@dataclass(frozen=True, kw_only=True)
class Pools:
    """The pool of each family, the table's rows by pool, and what is new in each pool since it was settled.

    A family is a schema version of answers to production's items, or to those that were added.

    What is new is one of answers, gold and method; of several, the first.
    """

    of: Mapping[str, str]
    rows: pl.DataFrame
    news: Mapping[str, str]

    @property
    def changed(self) -> bool:
        """Whether anything must be settled anew."""
        return bool(self.news)


def pools(tables: Store | Writer, project: Project) -> Pools:
    """Every pool there is, beside what the lake has of it."""
    pulse = tables.read(PULSE)
    of = _families(tables, project, pulse["family"].drop_nulls().to_list())
    rows = POOLS.frame(_rows(project, pulse, of))
    before = {row["pool"]: row for row in tables.read(STANDING).iter_rows(named=True)}
    news = {row["pool"]: _new(row, before.get(row["pool"])) for row in rows.iter_rows(named=True)}
    gone = dict.fromkeys(before.keys() - news.keys(), "answers")
    return Pools(of=of, rows=rows, news={pool: new for pool, new in (news | gone).items() if new})


def allowed(kind: AnswerKind, answers: Iterable[str]) -> bool:
    """Whether the kind allows every one of the answers, given as JSON texts."""
    try:
        for answer in answers:
            kind.validate(json.loads(answer))
    except InvalidAnswerError:
        return False
    return True


def _families(tables: Store | Writer, project: Project, families: list[str]) -> dict[str, str]:
    others = [one for one in families if one.removesuffix(ADDED) != project.schema_version]
    given = tables.read(OTHERS, [project.schema_version]) if others else pl.DataFrame()
    said = {one: given.filter(family=one)["answer"] for one in others}
    apart = {one for one, answers in said.items() if not allowed(project.answer_kind, answers)}
    return {one: one if one in apart else PRESENT + ADDED * one.endswith(ADDED) for one in families}


def _rows(project: Project, pulse: pl.DataFrame, of: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    made_by = digest("\n".join((MADE_BY, canonical(project.answer), project.truth)), 32)
    honeypots = pulse.filter(pl.col("family").is_null())
    for pool in sorted(set(of.values())):
        parts = pulse.filter(pl.col("family").replace_strict(of, default=None) == pool)
        if pool == PRESENT:
            parts = pl.concat([parts, honeypots])
        asked = parts.filter(pl.col("family").is_not_null())
        yield {
            "pool": pool,
            "answers_digest": digest("\n".join(parts["answers_digest"]), 32),
            "gold_digest": digest("\n".join(parts["gold_digest"]), 32),
            "settled_by": made_by,
            "items": asked["items"].sum(),
            "answers": asked["answers"].sum(),
            "gold": asked["gold"].sum(),
            "honeypots": honeypots["answers"].sum() if pool == PRESENT else 0,
            "settled_at": datetime.now(UTC),
        }


def _new(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    if before is None:
        return "method"  # never settled together: a new lake, or one of an older version
    return next((what for what, name in DIGESTS.items() if row[name] != before[name]), "")
