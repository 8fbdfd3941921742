"""A lake with truth of any size, made of nothing but chance: for what is measured on the pages that browse it."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from gt_platform.canonical import digest
from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    ANNOTATIONS,
    ASSIGNMENTS,
    DECISIONS,
    EVENTS,
    FEEDBACK,
    GROUND_TRUTH,
    ITEMS,
    MEASUREMENTS,
    SAMPLE,
    SPLITS,
    Table,
)
from gt_platform.project import Project
from gt_platform.truth import release
from tests.support.sentiment import LABELS, item_of

TEXT = (
    "the a this that room waiter bill taste phone battery screen cable parcel driver coat seam colour film scene plot "
    "never always quite rather hardly really was is came went broke lasted smelled shone arrived late early good bad "
    "splendid dreary cold warm and but because although again today yesterday"
)
WORDS = TEXT.split()
CHANNELS = ("web", "app", "mail", "shop")
ANNOTATORS = 40
STATUSES = ("consensus", "adjudicated", "imported", "adjudicate", "no_valid_answer", "retired")
OFTEN = (0.86, 0.06, 0.04, 0.02, 0.01, 0.01)
START = datetime(2026, 1, 5, tzinfo=UTC)
NONE = pl.lit(None, pl.String)
SAID = pl.coalesce("answer", pl.lit('"neutral"'))


def fill(lake: Lake, project: Project, count: int, *, seed: int = 1) -> list[str]:
    """Put so many items, with events, answers, decisions, splits and a release, into the lake; returns their ids."""
    store, chance = lake.store(project.name), np.random.default_rng(seed)
    items = _items(count, chance)
    drawn = items.filter(pl.col("status") != "imported")
    asked = _asked(drawn, project)
    _put(store, ITEMS, items, origin=pl.lit("event"), first_seen=pl.col("moment"), first_frame=pl.col("frame_day"))
    _put(store, EVENTS, drawn, occurred_at="moment", model=pl.lit("m-1"), output=SAID, content_digest="item_id",
         file_id=pl.lit("f"), line=pl.col("number"))  # fmt: skip
    _put(store, SAMPLE, drawn, stratum=pl.lit("all"), stratum_size=pl.lit(10 * count), stratum_drawn=pl.lit(count),
         inclusion_probability=pl.lit(0.1), design=pl.lit("bench"), seed=pl.lit(1), phase=pl.lit(1))  # fmt: skip
    _put(store, ASSIGNMENTS, asked, backend=pl.lit("workbench"), assigned_at=pl.col("moment"))
    _put(store, ANNOTATIONS, asked, answer=pl.coalesce("answer", pl.lit('"neutral"')), collected_at=pl.col("moment"))
    _put(store, DECISIONS, items, revision=pl.lit(1), method=pl.lit("weighted"), votes=pl.lit("{}"),
         answers=pl.lit(3), answers_digest=pl.col("item_id"), **_versions(project),
         decided_at=pl.col("moment") + pl.duration(days=2))  # fmt: skip
    _put(store, ADJUDICATIONS, items.filter(status="adjudicated"), adjudicator=pl.lit("rev-1"),
         answers_digest=pl.col("item_id"), reasoning=pl.lit("as the guideline says"), ruled_at=pl.col("moment"),
         blind=pl.lit(value=False), **_versions(project))  # fmt: skip
    true = items.filter(~pl.col("status").is_in(["adjudicate", "no_valid_answer", "retired"]))
    split = pl.when(pl.col("number") % 10 == 0).then(pl.lit("test")).otherwise(pl.lit("train"))
    _put(store, SPLITS, true, split=split, held_out=pl.col("number") % 10 == 0)
    _put(store, GROUND_TRUTH, true, method=pl.lit("weighted"), answers=pl.lit(3), origin=pl.lit("event"), split=split,
         **_versions(project))  # fmt: skip
    _put(store, FEEDBACK, drawn.filter(pl.col("number") % 10 == 0), feedback_id=pl.col("item_id"),
         occurred_at=pl.col("moment"), annotator_kind=pl.lit("end_user"), signal=pl.lit("thumb"),
         value=pl.lit('"down"'), content_digest="item_id", file_id=pl.lit("f"), line=pl.col("number"))  # fmt: skip
    _put(store, MEASUREMENTS, drawn, metric=pl.lit("accuracy"), label=pl.lit("*"), numerator=pl.lit(1.0),
         denominator=pl.lit(1.0), weight=pl.lit(10.0))  # fmt: skip
    release(store, project, bundles=lake.files)
    return items["item_id"].to_list()


def _items(count: int, chance: np.random.Generator) -> pl.DataFrame:
    picked = chance.integers(len(WORDS), size=(count, 24))
    texts = [f"{' '.join(WORDS[at] for at in row)} {number}" for number, row in enumerate(picked)]
    labels = chance.choice(list(LABELS), size=count, p=(0.3, 0.2, 0.5))
    frame = pl.DataFrame({"number": range(count), "text": texts, "status": chance.choice(STATUSES, count, p=OFTEN)})
    return frame.with_columns(
        item_id=pl.Series([item_of(text) for text in texts]),
        event_id=pl.format("e-{}", "number"),
        input=pl.Series([f'"{text}"' for text in texts]),
        answer=pl.when(pl.col("status").is_in(["adjudicate", "no_valid_answer", "retired"])).then(NONE).otherwise(
            pl.Series([f'"{label}"' for label in labels])
        ),
        confidence=pl.when(pl.col("status") == "consensus").then(pl.Series(chance.uniform(0.4, 1, count))),
        attributes=pl.Series([f'{{"channel":"{CHANNELS[n % 4]}","week":"{n % 26}"}}' for n in range(count)]),
        frame_day=pl.Series([date(2026, 1, 5) + timedelta(days=n * 180 // count) for n in range(count)]),
        moment=pl.Series([START + timedelta(seconds=n) for n in range(count)]).dt.cast_time_unit("us"),
        decision_id=pl.Series([digest(f"decision {text}", 32) for text in texts]),
    )  # fmt: skip


def _asked(items: pl.DataFrame, project: Project) -> pl.DataFrame:
    slots = pl.DataFrame({"slot": [1, 2, 3]}, schema={"slot": pl.Int32})
    made = items.join(slots, how="cross").with_columns(**_versions(project))
    who = (pl.col("number") * 7 + pl.col("slot") * 11) % ANNOTATORS
    return made.with_columns(
        assignment_id=pl.format("{}-{}", pl.col("item_id").str.slice(0, 30), "slot"), annotator=pl.format("ann-{}", who)
    )


def _versions(project: Project) -> dict[str, pl.Expr]:
    return {
        "guideline_version": pl.lit(project.guideline_version),
        "schema_version": pl.lit(project.schema_version),
    }


def _put(store: Store, table: Table, rows: pl.DataFrame, **more: pl.Expr | str) -> None:
    made = rows.with_columns(**{name: pl.col(one) if isinstance(one, str) else one for name, one in more.items()})
    wanted = [name for name in table.column_names() if name in made.columns]

    def work(writer: Writer) -> int:
        return writer.append(table, made.select(wanted))

    store.commit(table.name, work)
