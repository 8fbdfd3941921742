"""Every day's verdicts on what is watched, made anew where labels, feedback or events came that they rest on."""

from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import DAILY_COUNTS, WATCHES
from gt_platform.project import Project
from gt_platform.watch import judge
from gt_platform.watch.found import Watched
from gt_platform.watch.inputs import Inputs
from gt_platform.watch.reading import read

STANDING = "SELECT * FROM watches"
Key = tuple[date, tuple[Watched, ...]]
"""A day, and what is judged together of it."""
TOGETHER = {watched: together for together in judge.WATCHES for watched in together}


@dataclass(frozen=True, kw_only=True)
class Watching:
    """Days with verdicts, of them those judged anew, rows that changed, and what drifts on the last day."""

    days: int
    judged: int
    written: int
    drifted: tuple[str, ...]


def watch(store: Store, project: Project, today: date) -> Watching:
    """Bring `watches` and `daily_counts` up to date with all tables; the day that is not over is left out."""
    found = read(store, project, today)
    if found is None:
        return Watching(days=0, judged=0, written=0, drifted=())
    standing, inputs = store.read(STANDING), Inputs(found, project)
    wanted = {(day, by): inputs.of(day, by[0]) for day in found.evidence.days for by in judge.WATCHES}
    told = _by_day_and_kind(standing)
    kept = {key for key, digest in wanted.items() if told.get(key) == digest}
    made = [
        asdict(one) | {"frame_day": day, "inputs": wanted[day, by]}
        for day, by in wanted
        if (day, by) not in kept
        for one in judge.WATCHES[by](found.evidence, day, project.drift)
    ]
    table = pl.concat([_only(standing, kept), WATCHES.frame(made)])

    def write(writer: Writer) -> int:
        return writer.replace(DAILY_COUNTS, found.counts.rows) + writer.replace(WATCHES, table)

    changed = found.counts.changed or not table.sort(WATCHES.key).equals(standing.sort(WATCHES.key))
    last = table.filter((pl.col("frame_day") == found.evidence.days[-1]) & (pl.col("verdict") == "drift"))
    return Watching(
        days=len(found.evidence.days),
        judged=len({row["frame_day"] for row in made}),
        written=store.commit("watches", write) if changed else 0,
        drifted=tuple(sorted(f"{watched} {of}" for watched, of in last.select("watched", "of").iter_rows())),
    )


def _by_day_and_kind(standing: pl.DataFrame) -> dict[Key, str]:
    """Of each day, and of what is judged together, what its verdicts were made of."""
    first = standing.group_by("frame_day", "watched").agg(pl.col("inputs").first())
    return {(day, TOGETHER[watched]): digest for day, watched, digest in first.iter_rows()}


def _only(standing: pl.DataFrame, kept: set[Key]) -> pl.DataFrame:
    pairs = [(day, watched) for day, by in kept for watched in by]
    keys = pl.DataFrame(pairs, schema={"frame_day": pl.Date, "watched": pl.String}, orient="row")
    return standing.join(keys, on=["frame_day", "watched"], how="semi")
