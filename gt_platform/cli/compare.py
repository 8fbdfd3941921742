"""`gt compare`: is the new system as good as the old one, on the same tasks? Needs no project."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer
from numpy.typing import NDArray

from gt_platform.cli.app import Format, UsageError, app, errors, out
from gt_platform.cli.sheets import complete, read_table
from gt_platform.cli.show import show
from gt_platform.stats.comparisons.difference import Difference, mean_difference
from gt_platform.stats.comparisons.mcnemar import accuracy_difference, mcnemar
from gt_platform.stats.comparisons.pairs import Flips, flips
from gt_platform.stats.comparisons.sign_flips import sign_flips
from gt_platform.stats.comparisons.verdict import Verdict, non_inferiority
from gt_platform.stats.intervals import MINIMUM_UNITS, wilson

SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything that is told about two systems on the tasks both answered."""

    tasks: list[str]
    accuracies: pl.DataFrame
    flips: Flips
    test: str
    p_value: float
    verdict: Verdict


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="The old system's answers: columns task, label.")],
    second: Annotated[Path, typer.Argument(help="The new system's answers to the same tasks.")],
    truth: Annotated[Path, typer.Option("--truth", help="The right answers: columns task, label.")],
    margin: Annotated[float, typer.Option(help="How much worse the new one may be, in accuracy.")] = 0.02,
    cluster: Annotated[
        str | None, typer.Option(help="A column of any of the files: tasks with the same value are alike.")
    ] = None,
    layout: Format = "table",
) -> None:
    """Compare two systems on the same tasks: difference, flips, and whether the new one is good enough.

    Pass or fail only where the whole 95 % interval says so; else how many more tasks would decide it.
    CSV, TSV, JSONL or Parquet.
    """
    if not 0 <= margin <= 1:
        raise UsageError(f"--margin is {margin}; it is a difference of accuracies, from 0 to 1")
    if cluster in ("task", "label"):
        raise UsageError(f"--cluster is {cluster}; name a column that groups tasks, such as session")
    frame = _joined([first, second, truth], cluster)
    found = _compared(frame, margin, cluster is not None)
    if layout != "table":
        show(_record(found), layout)
        return
    show(found.accuracies, title="accuracy, 95 % interval")
    out.print(f"{found.test}: p = {found.p_value:.4f}", highlight=False)
    _tell("right to wrong", found.flips.lost, found.tasks)
    _tell("wrong to right", found.flips.gained, found.tasks)
    needed = f"; about {found.verdict.needed:,} more tasks would decide it" if found.verdict.needed else ""
    out.print(
        f"{found.verdict.decision.replace('_', ' ')}: {found.verdict.reason}{needed}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _joined(paths: list[Path], cluster: str | None) -> pl.DataFrame:
    """One row a task that all three files have: task, first, second, truth, and cluster where one is asked for."""
    frames = []
    for path, name in zip(paths, ("first", "second", "truth"), strict=True):
        frame = complete(read_table(path, ["task", "label"], [cluster] if cluster else []), ["task", "label"], path)
        doubled = frame.filter(pl.col("task").is_duplicated())
        if not doubled.is_empty():
            raise UsageError(f"{path}: task {doubled['task'][0]!r} has more than one row; give one for each task")
        own = [pl.col(cluster).alias("cluster")] if cluster in frame.columns else []
        frames.append(frame.select("task", pl.col("label").alias(name), *own))
    return _with_cluster(frames, cluster)


def _with_cluster(frames: list[pl.DataFrame], cluster: str | None) -> pl.DataFrame:
    joined = frames[0].select("task", "first")
    for frame in frames[1:]:
        joined = joined.join(frame.drop("cluster", strict=False), on="task")
    if joined.is_empty():
        raise UsageError("no task is in all three files; compare their `task` columns")
    left_out = len(set().union(*(frame["task"] for frame in frames))) - joined.height
    if left_out:
        errors.print(f"left out: {left_out:,} tasks that are not in all three files", highlight=False)
    if cluster is not None:
        having = [frame for frame in frames if "cluster" in frame.columns]
        if not having:
            raise UsageError(f"none of the files has a column {cluster}")
        joined = joined.join(having[-1].select("task", "cluster"), on="task")
        if joined["cluster"].null_count():
            raise UsageError(f"{joined['cluster'].null_count():,} tasks have no {cluster}; give every task one")
    return joined.sort("task")


def _compared(frame: pl.DataFrame, margin: float, clustered: bool) -> Comparison:
    before = (frame["first"] == frame["truth"]).to_numpy().astype(np.float64)
    after = (frame["second"] == frame["truth"]).to_numpy().astype(np.float64)
    clusters = frame["cluster"].to_numpy() if clustered else None
    difference = mean_difference(after - before, clusters=clusters) if clustered else accuracy_difference(before, after)
    if clustered:
        test, p_value = "sign flips by cluster", sign_flips(after - before, clusters=clusters).p_value
    else:
        test, p_value = "McNemar, exact", mcnemar(before, after).p_value
    accuracies = pl.DataFrame(
        [
            {"": "first", **_accuracy(before, clusters)},
            {"": "second", **_accuracy(after, clusters)},
            {"": "second - first", **_bounds(float((after - before).mean()), difference, before.size)},
        ],
        schema={"": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64},
    )
    verdict = non_inferiority(difference, margin)
    return Comparison(
        tasks=frame["task"].to_list(),
        accuracies=accuracies,
        flips=flips(before, after),
        test=test,
        p_value=p_value,
        verdict=verdict,
    )


def _accuracy(right: NDArray[np.float64], clusters: NDArray[np.object_] | None) -> dict[str, float | None]:
    share = float(right.mean())
    if clusters is not None:
        return _bounds(share, mean_difference(right, clusters=clusters), right.size, lowest=0.0)
    if right.size < MINIMUM_UNITS:
        return _bounds(share, None, right.size)
    low, high = wilson(np.array([share]), np.array([float(right.size)]))
    return {"estimate": share, "low": float(low[0]), "high": float(high[0]), "n": right.size}


def _bounds(estimate: float, found: Difference | None, n: int, lowest: float = -1.0) -> dict[str, float | None]:
    """The row of the table; too little evidence leaves everything out but n."""
    if found is None or found.groups < MINIMUM_UNITS:
        return {"estimate": None, "low": None, "high": None, "n": n}
    return {"estimate": estimate, "low": max(found.low, lowest), "high": min(found.high, 1.0), "n": n}


def _record(found: Comparison) -> pl.DataFrame:
    rows = {row[""].replace("second - first", "difference"): row for row in found.accuracies.to_dicts()}
    values = {f"{name}_{key}": row[key] for name, row in rows.items() for key in ("estimate", "low", "high")}
    return pl.DataFrame(
        [
            {
                "n": found.flips.n,
                **values,
                "test": found.test,
                "p_value": found.p_value,
                "lost": json.dumps([found.tasks[at] for at in found.flips.lost], ensure_ascii=False),
                "gained": json.dumps([found.tasks[at] for at in found.flips.gained], ensure_ascii=False),
                "verdict": found.verdict.decision,
                "reason": found.verdict.reason,
                "needed": found.verdict.needed,
            }
        ]
    )


def _tell(change: str, positions: NDArray[np.int64], tasks: list[str]) -> None:
    named = ", ".join(tasks[at] for at in positions[:SHOWN])
    more = ", …" if positions.size > SHOWN else ""
    out.print(
        f"{change}: {positions.size:,}{f' ({named}{more})' if named else ''}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
