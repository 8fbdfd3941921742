"""How often the gate passes a candidate that is worse by just the margin, and what it takes to tell one that is not.

`python -m tests.bench.candidates [RUNS]` prints a table. A frame of 3,000 events has a stratum of 600 odd ones, where
production is right on 60 %, and one of 2,400 usual ones, right on 90 %; 60 and 60 are drawn, or twice and four times as
many. Annotators call a tenth of what is drawn wrongly; experts answer a fifth of it blind, or annotators are the truth
and are right. A candidate is worse by the margin (.02) or equal: it gets wrong what production gets right, and the
other way round, on a tenth of all items. The gate is that of the product, on a lake; `passed` is how often it passes,
`failed` how often it fails, `covered` how often the 95 % interval of the difference holds the true one, and `half` its
mean half-width, beside that of two independent scores, which is what one has who does not pair.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.benchmark import gate
from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.tables import (
    ADJUDICATIONS,
    EVENTS,
    EXPERT_CHECKS,
    GATES,
    GROUND_TRUTH,
    ITEMS,
    PREDICTIONS,
    RELEASES,
    SAMPLE,
    Table,
)
from gt_platform.settings import Settings
from tests.benchmark.labels import add_checks, add_release, add_sample, add_truth, write
from tests.sampling.rows import MOMENT, MONDAY, add_events, project
from tests.support.rows import rows as table_rows

STRATA = {"odd": (600, 0.6), "usual": (2400, 0.9)}
MARGIN, CHURN, CROWD = 0.02, 0.1, 0.1
LABELS = ("bad", "good")
TABLES: tuple[Table, ...] = (
    EVENTS, SAMPLE, GROUND_TRUTH, ITEMS, EXPERT_CHECKS, ADJUDICATIONS, PREDICTIONS, RELEASES, GATES,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class World:
    """So many `drawn` of each stratum; the candidate is `worse` by this; `experts` check, or annotators are right."""

    drawn: int
    worse: float
    experts: bool


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the gate said, and whether the interval of the difference held the true one."""

    verdict: str
    covered: bool
    half: float
    unpaired: float


def drawn(world: World, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Each drawn event with its truth, what annotators settled, and what production and the candidate say."""
    for stratum, (size, right) in STRATA.items():
        for at in range(world.drawn):
            true = int(rng.random() < 0.5)
            first = true if rng.random() < right else 1 - true
            # of those production gets right the candidate loses a share, of the others it gains one
            lost = (CHURN + world.worse) / 2 / 0.84
            gained = (CHURN - world.worse) / 2 / 0.16
            changes = rng.random() < (lost if first == true else gained)
            crowd = true if not world.experts or rng.random() >= CROWD else 1 - true
            yield {"event": f"{stratum}{at}", "stratum": stratum, "size": size, "true": true, "crowd": crowd} | {
                "first": first, "second": 1 - first if changes else first,
            }  # fmt: skip


def difference() -> tuple[float, float]:
    """Of a world that is worse by nothing and by one: what the true difference is, as strata have other shares."""
    size = {name: count / 3000 for name, (count, _) in STRATA.items()}
    right = {name: share for name, (_, share) in STRATA.items()}
    at = [
        sum(
            size[name] * ((1 - right[name]) * (CHURN - worse) / 2 / 0.16 - right[name] * (CHURN + worse) / 2 / 0.84)
            for name in STRATA
        )
        for worse in (0.0, 1.0)
    ]
    return at[0], at[1] - at[0]


def look(store: Store, world: World, seed: int) -> Seen:
    """One frame, from its draw to the gate."""
    rng = np.random.default_rng([seed, world.drawn, world.experts])
    events = list(drawn(world, rng))
    for table in TABLES:
        store.commit("anew", partial(Writer.replace, table=table, rows=table.frame([])))
    add_events(store, MONDAY, [{"event_id": one["event"], "output": LABELS[one["first"]]} for one in events])
    for stratum, (size, _) in STRATA.items():
        add_sample(store, MONDAY, stratum, size, [one["event"] for one in events if one["stratum"] == stratum])
    crowd = {one["event"]: LABELS[one["crowd"]] for one in events}
    add_truth(store, crowd)
    known = {"input": '"x"', "origin": "event", "first_seen": MOMENT}
    write(store, ITEMS, [known | {"item_id": f"item of {name}", "event_id": name} for name in crowd])
    add_release(store)
    if world.experts:
        asked = rng.permutation(len(events))[: len(events) // 5]
        said = {events[at]["event"]: LABELS[events[at]["true"]] for at in asked.tolist()}
        add_checks(store, said, of=crowd, chance=0.2, pattern="unanimous")
    said_by = [
        {"candidate": "v2", "item_id": f"item of {one['event']}", "repetition": 1, "attempt": 1}
        | {"output": json.dumps(LABELS[one["second"]])}
        for one in events
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *said_by)))
    found = gate(store, project(truth="experts" if world.experts else "annotators"), "v2")
    row = found.held[0].row
    base, slope = difference()
    true = base + slope * world.worse
    covered = row["low"] is not None and row["low"] <= true <= row["high"]
    half = (row["high"] - row["low"]) / 2 if row["low"] is not None else np.nan
    return Seen(verdict=found.verdict, covered=bool(covered), half=half, unpaired=unpaired(events))


def unpaired(events: list[dict[str, Any]]) -> float:
    """The half-width of two scores of independent samples of this size, with every truth known."""
    variance = 0.0
    for stratum, (size, _) in STRATA.items():
        right = [
            [one[who] == one["true"] for one in events if one["stratum"] == stratum] for who in ("first", "second")
        ]
        variance += sum((size / 3000) ** 2 * np.var(part, ddof=1) / len(part) for part in right)
    return float(1.96 * variance**0.5)


def margin_of(worse: float) -> float:
    """What `worse` makes a true difference of this."""
    base, slope = difference()
    return (worse - base) / slope


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    found = []
    with tempfile.TemporaryDirectory() as home, Lake.open(Settings(home=Path(home))) as lake:
        store = lake.store("sentiment")
        for experts in (False, True):
            for drawn_ in (60, 120, 240):
                for true in (-MARGIN, 0.0):
                    world = World(drawn=drawn_, worse=margin_of(true), experts=experts)
                    seen = [look(store, world, seed) for seed in range(runs)]
                    found.append(
                        {"experts": experts, "labels": 2 * drawn_, "difference": true, "runs": runs}
                        | {name: np.mean([one.verdict == name for one in seen]) for name in ("pass", "fail")}
                        | {"covered": np.mean([one.covered for one in seen])}
                        | {"half": np.nanmean([one.half for one in seen])}
                        | {"unpaired": np.mean([one.unpaired for one in seen])}
                    )
                    print(found[-1], flush=True)
    with pl.Config(tbl_rows=-1, float_precision=3):
        print(pl.DataFrame(found))


if __name__ == "__main__":
    main()
