"""What of a month is worth an expert's eye: flagged events to review, and others to add where truth has little.

It proposes. What is asked goes to the labelers like any other item, and becomes truth by their answers alone; none of
it is part of a sample, since nobody drew it with known probability: scores rest on samples and stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from gt_platform.labeling import ask_anew
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ITEMS
from gt_platform.lake.tables.items import CONTENT
from gt_platform.monthly.months import Month
from gt_platform.platform import Platform
from gt_platform.project import Project

SHOWN = ("why_listed", "event_id", "item_id", "said", "given_by", "cell", "of_truth", "why")
UNKNOWN = 0.5  # of a kind of signal that was never held against truth
# An event's cell is the one of its slices, and of its output where labels are declared, that truth has least of. Each
# further row of a cell counts as if it had been added, so that no cell takes the whole list.
PROPOSED = """
    WITH declared AS (
        SELECT unnest(from_json(attributes, '["VARCHAR"]')) AS attribute FROM current_declaration
    ), open AS (
        SELECT event_id, item_id, frame_day, output, attributes FROM events
        WHERE frame_day >= $first AND frame_day < $after AND item_id NOT IN (SELECT item_id FROM ground_truth)
          AND item_id NOT IN (SELECT item_id FROM assignments) AND item_id NOT IN (FROM retired_items)
    ), have AS (
        SELECT d.attribute || '=' || json_extract_string(i.attributes, '$."' || d.attribute || '"') AS cell,
               count(*) AS truths
        FROM ground_truth t JOIN items i ON i.item_id = t.item_id ANTI JOIN added_items a ON a.item_id = t.item_id,
             declared d GROUP BY ALL
        UNION ALL SELECT 'output=' || json_extract_string(answer, '$'), count(*)
        FROM ground_truth ANTI JOIN added_items USING (item_id) GROUP BY ALL
    ), cells AS (
        SELECT o.event_id, d.attribute || '=' || json_extract_string(o.attributes, '$."' || d.attribute || '"') AS cell
        FROM open o, declared d
        UNION ALL SELECT event_id, 'output=' || json_extract_string(output, '$') FROM open
        WHERE (SELECT labels IS NOT NULL FROM current_declaration)
    ), rarest AS (
        SELECT c.event_id, arg_min(c.cell, (coalesce(h.truths, 0), c.cell)) AS cell,
               min(coalesce(h.truths, 0)) AS of_truth
        FROM cells c LEFT JOIN have h ON h.cell = c.cell WHERE c.cell IS NOT NULL GROUP BY c.event_id
    ), told AS (
        SELECT o.event_id, p.given_by, p.given_as, p.said, p.negative, coalesce(r."right", $unknown) AS sure,
               r."right" AS known, md5($seed || o.event_id) AS chance
        FROM open o JOIN opinions p ON p.event_id = o.event_id
        LEFT JOIN how_right r ON r.given_by = p.given_by AND r.said = p.said
        WHERE p.negative IS NOT NULL AND p.given_by IN ('end_user', 'expert')
    ), heard AS (
        SELECT * FROM told QUALIFY NOT negative OR row_number() OVER (
            PARTITION BY given_as, negative ORDER BY chance) <= $per_user
    ), judged AS (
        SELECT o.event_id, o.item_id, coalesce(bool_or(h.negative), false) AS flagged,
               arg_max(h.said, (h.negative, h.sure, h.said)) AS said, arg_max(h.given_by, (h.negative, h.sure, h.said))
                   AS given_by, coalesce(arg_max(h.sure, (h.negative, h.sure, h.said)), $unknown) AS sure,
               arg_max(h.known, (h.negative, h.sure, h.said)) AS known
        FROM open o LEFT JOIN heard h ON h.event_id = o.event_id
        WHERE h.event_id IS NOT NULL OR o.event_id NOT IN (SELECT event_id FROM told) GROUP BY ALL
    ), once AS (
        SELECT j.*, r.cell, coalesce(r.of_truth, 0) AS of_truth, md5($seed || j.event_id) AS chance
        FROM judged j LEFT JOIN rarest r ON r.event_id = j.event_id
        QUALIFY row_number() OVER (PARTITION BY j.item_id ORDER BY j.flagged DESC, j.sure DESC, chance) = 1
    ), valued AS (
        SELECT *, sure / (of_truth + row_number() OVER (
            PARTITION BY flagged, cell ORDER BY sure DESC, said IS NULL, chance)) AS worth
        FROM once
    )
    SELECT CASE WHEN flagged THEN 'review' ELSE 'add' END AS why_listed, event_id, item_id, said, given_by, cell,
           of_truth, known, worth
    FROM valued QUALIFY row_number() OVER (PARTITION BY flagged ORDER BY worth DESC, chance)
                        <= CASE WHEN flagged THEN $review ELSE $add END
    ORDER BY flagged DESC, worth DESC, chance
"""
NEW_ITEMS = f"""
    SELECT item_id, min({CONTENT}) AS input, 'feedback' AS origin, arg_min(attributes, event_id) AS attributes,
           now() AS first_seen
    FROM events SEMI JOIN wanted_rows USING (item_id) ANTI JOIN items USING (item_id) GROUP BY item_id
"""  # noqa: S608 - of the part above


def proposed(store: Store, project: Project, month: Month) -> pl.DataFrame:
    """The list, best first: columns SHOWN. The same month of the same lake gives the same list."""
    found = store.read(
        PROPOSED,
        {
            "first": month.first,
            "after": month.after,
            "seed": f"{project.name} {month}",
            "unknown": UNKNOWN,
            "per_user": project.sampling.flagged.per_user,
            "review": project.upkeep.review,
            "add": project.upkeep.add,
        },
    )
    why = pl.Series("why", [_why(row) for row in found.iter_rows(named=True)], dtype=pl.String)
    return found.with_columns(why).select(SHOWN)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A month's list, where it was written, and what to do with it."""

    month: str
    url: str
    rows: pl.DataFrame
    said: str


def publish(platform: Platform, project: Project, today: date) -> Listed:
    """Write the list of the month that ended last before a day as CSV: ids and counts, nobody's words."""
    month = Month.before(today)
    rows = proposed(platform.store(project), project, month)
    url = platform.files.write(f"flagged/{project.name}/{month}.csv", rows.write_csv().encode())
    return Listed(month=str(month), url=url, rows=rows, said=f"`gt flagged {project.name} --month {month} --ask` asks")


def ask(store: Store, project: Project, items: Sequence[str]) -> int:
    """Ask the items of the labelers; returns how many assignments that made, none for what is being asked already."""
    wanted = pl.DataFrame({"item_id": items}, schema={"item_id": pl.String})

    def work(writer: Writer) -> int:
        judged = {"judged": project.judges_outputs}
        writer.append(ITEMS, writer.read(NEW_ITEMS, judged, frames={"wanted_rows": wanted}))
        return ask_anew(writer, project, items)

    return store.commit("month's list asked", work)


def _why(row: dict[str, object]) -> str:
    said = f"a {row['said']}" if row["said"] else "nobody spoke of it"
    right = f", right in {100 * row['known']:.0f}% of such" if isinstance(row["known"], float) else ""
    return f"{said}{right}; {row['cell']} has {row['of_truth']} items of truth" if row["cell"] else f"{said}{right}"
