"""The nightly settlement on real crowds, 40 items x 3 answers a night, and its cost on many answers.

`python -m tests.bench.nightly_settlement crowds FOLDER …` plays each FOLDER's answers.csv night by night, in the order
of the file and shuffled, and once at a stroke, each in a lake of its own: what stands at the end must be equal.
`python -m tests.bench.nightly_settlement size ITEMS` settles ITEMS x 5 simulated answers, then a night without news and
one with forty items more; CPU seconds and peak memory of this process.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import Settled, settle
from tests.bench.consensus import simulated
from tests.support.sentiment import declare
from tests.truth.crowd import put_answers

ITEMS, OVERLAP = 40, 3
STANDING = "SELECT item_id, status, answer FROM current_decisions ORDER BY item_id"
SETTLED = "SELECT * FROM settlements ORDER BY item_id"
LED = "SELECT item_id, leading_answer ->> '$' AS led, settled FROM settlements"
HEAD = "| crowd | nights | at a stroke | night by night | each night's majority | settled | revised | equal | CPU s |"
Night = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Played:
    """What stands at the end of some nights, how often decisions were revised, and the CPU seconds of settling one."""

    standing: pl.DataFrame
    settled: pl.DataFrame
    led: pl.DataFrame
    revised: int
    cpu: float


@contextmanager
def fresh(labels: Sequence[str]) -> Iterator[tuple[Store, Project]]:
    """A lake of its own, with a project that asks for these labels."""
    with tempfile.TemporaryDirectory() as home, Lake.open(Settings(home=Path(home))) as lake:
        answer = {"kind": "choice", "labels": dict.fromkeys(labels, "a label")}
        yield lake.store("sentiment"), declare(Path(home), answer=answer)


def nights(folder: Path) -> list[Night]:
    """The first three answers of each item, forty items a night, in the order of the file."""
    answers = pl.read_csv(folder / "answers.csv", infer_schema=False).select("task", "worker", "label").drop_nulls()
    first = answers.unique(["task", "worker"], keep="last", maintain_order=True)
    first = first.filter(pl.int_range(pl.len()).over("task") < OVERLAP)
    tasks = first["task"].unique(maintain_order=True).to_list()
    given: dict[str, Night] = {task: [] for task in tasks}
    for row in first.iter_rows():
        given[row[0]].append(row)
    return [[one for task in tasks[at : at + ITEMS] for one in given[task]] for at in range(0, len(tasks), ITEMS)]


def played(given: Sequence[Night], labels: Sequence[str]) -> Played:
    """Settle night by night."""
    with fresh(labels) as (store, project):
        revised, cpu = 0, 0.0
        for night in given:
            put_answers(store, project, night)
            begun = time.process_time()
            revised += settle(store, project).revised
            cpu += time.process_time() - begun
        return Played(store.read(STANDING), store.read(SETTLED), store.read(LED), revised, cpu / len(given))


def crowds(folders: Sequence[Path]) -> None:
    """Print a row a crowd."""
    print(HEAD)
    print("|---|---:|---:|---:|---:|---:|---:|---|---:|")
    for folder in folders:
        truth = pl.read_csv(folder / "truth.csv", infer_schema=False).select(item_id="task", truth="label")
        given = nights(folder)
        labels = sorted({label for night in given for *_, label in night})
        shuffled = random.Random(0).sample(given, len(given))
        once = played([[one for night in given for one in night]], labels)
        by_night, otherwise = played(given, labels), played(shuffled, labels)
        others = (otherwise, once)
        equal = all(by_night.standing.equals(one.standing) for one in others)
        equal &= all(by_night.settled.equals(one.settled) for one in others)
        print(
            f"| {folder.name} | {len(given)} | {_right(once.led, truth):.2f} | {_right(by_night.led, truth):.2f} "
            f"| {_right(_majority(given), truth):.2f} | {by_night.led['settled'].sum() / by_night.led.height:.0%} "
            f"| {by_night.revised}, {otherwise.revised} | {'yes' if equal else 'NO'} | {by_night.cpu:.2f} |",
            flush=True,
        )


def _right(led: pl.DataFrame, truth: pl.DataFrame) -> float:
    joined = truth.join(led, on="item_id")
    return float(100 * (joined["led"] == joined["truth"]).fill_null(value=False).sum() / joined.height)


def _majority(given: Sequence[Night]) -> pl.DataFrame:
    """What each night came to while no annotator was remembered: too few answers for anything but the majority."""
    cast = pl.DataFrame([one for night in given for one in night], schema=["item_id", "who", "led"], orient="row")
    counted = cast.group_by("item_id", "led").len().sort(["len", "led"], descending=[True, False])
    return counted.unique("item_id", keep="first", maintain_order=True)


def size(items: int) -> None:
    """Print what settling costs with so many items, without news, and with forty items more."""
    cast = simulated(items * 5)
    rows = list(zip(*(map(str, cast[name]) for name in ("task", "worker", "label")), strict=True))
    with fresh([str(at) for at in range(5)]) as (store, project):
        last = len(rows) - ITEMS * 5
        for name, night in {"all at once": rows[:last], "no news": [], "forty items more": rows[last:]}.items():
            if night:
                put_answers(store, project, night)
            before, begun = _peak(), time.process_time()
            found = settle(store, project)
            cpu = time.process_time() - begun
            print(f"{name}: {cpu:.1f} CPU s, {before:.0f} -> {_peak():.0f} MB, {_said(found)}", flush=True)


def _said(found: Settled) -> str:
    return f"{found.settled_anew:,} settled anew, {found.decisions:,} decisions, {found.revised:,} revised"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "size":
        size(int(arguments[0]))
    else:
        crowds([Path(one) for one in arguments])
