"""How often the gate passes a candidate that is worse by just the margin, by the product, on a lake.

`python -m tests.bench.candidates [RUNS [PART …]]` prints a line a world, each of which is so many runs; 10 take a
quarter of an hour. A week's frame has 600 odd events, where production is right on 60 %, and 2,400 usual ones, right
on 90 %; as many of either are drawn. Annotators call a tenth of what is drawn wrongly, and experts answer a fifth of it
blind; or annotators are the truth, and are right. Candidates lose and gain on a tenth of each frame's events together,
half of them events on which all change alike, and lose by exactly the margin (.02) more than they gain, on each half
of the traffic; or they are equal to production, or better `elsewhere`. A look is a release over all weeks so far.

`passes` is how often a candidate passes at any of the looks, `any` how often any of them does, `fails` how often it
fails at any; `held` is how often the 95 % interval holds the true difference, and `half` its mean half-width, at the
last look. The same by the functions it rests on, thousands of times: `tests.bench.candidate_gates`.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.benchmark import Gated, gate
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
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.sampling.rows import MOMENT, MONDAY, project
from tests.support.rows import many

Flags = NDArray[np.bool_]
SIZES, RIGHT = (600, 2400), (0.6, 0.9)
MARGIN, CHURN, CROWD, CHECKED = 0.02, 0.1, 0.1, 0.2
TABLES = (EVENTS, SAMPLE, GROUND_TRUTH, ITEMS, EXPERT_CHECKS, ADJUDICATIONS, PREDICTIONS, RELEASES, GATES)


@dataclass(frozen=True, kw_only=True)
class World:
    """`labels` a week, of so many candidates better by `gain`; by `elsewhere` on the traffic's second half, if said."""

    labels: int
    candidates: int = 10
    gain: float = -MARGIN
    elsewhere: float | None = None
    looks: int = 1
    halves: bool = False
    at_once: int = 1
    experts: bool = True

    @property
    def declared(self) -> Project:
        """The project whose gate it is."""
        halves = {"must_not_lose": ["half=0", "half=1"]} if self.halves else {}
        return project(
            truth="experts" if self.experts else "annotators",
            benchmark={"metrics": ["accuracy"], "slices": ["half"]},
            candidates={"margins": {"accuracy": MARGIN}, "at_once": self.at_once} | halves,
        )

    @property
    def difference(self) -> float:
        """Of all traffic."""
        return self.gain if self.elsewhere is None else (self.gain + self.elsewhere) / 2


def changed(world: World, right: Flags, half: Flags, rng: np.random.Generator) -> Flags:
    """Where each candidate says the other thing, (N, K): in each half just as often as makes its true difference."""
    shared, own = rng.random((len(right), 1)), rng.random((len(right), world.candidates))
    luck, found = np.where(rng.random(own.shape) < 0.5, shared, own), np.zeros(own.shape, dtype=np.bool_)
    for inside, gain in ((~half, world.gain), (half, world.gain if world.elsewhere is None else world.elsewhere)):
        for part, share in ((inside & right, (CHURN - gain) / 2), (inside & ~right, (CHURN + gain) / 2)):
            count = round(share * inside.sum())
            found[part] = luck[part].argsort(axis=0).argsort(axis=0) < count
    return found


def week(world: World, at: int, rng: np.random.Generator) -> Iterator[tuple[Table, pl.DataFrame]]:
    """What a week adds to the tables."""
    stratum = np.repeat([0, 1], SIZES)
    half = np.arange(len(stratum)) % 2 == 1
    right = np.concatenate(
        [rng.permutation(size) < round(size * share) for size, share in zip(SIZES, RIGHT, strict=True)]
    )
    true = rng.random(len(stratum)) < 0.5
    other = changed(world, right, half, rng)
    drawn = np.concatenate([rng.permutation(size) < world.labels // 2 for size in SIZES])
    crowd = true ^ (world.experts & (rng.random(len(true)) < CROWD))
    checked = rng.permutation(int(drawn.sum())) < round(CHECKED * drawn.sum()) * world.experts
    names = pl.Series([f"{at}-{number:04}" for number in range(len(true))])
    attributes = pl.Series(['{"half":"1"}' if one else '{"half":"0"}' for one in half])
    known = {"event_id": names, "item_id": names, "attributes": attributes}
    yield EVENTS, many(EVENTS, len(true), **known, frame_day=_day(at), output=_said(true ^ ~right), **UNKNOWN)
    known = {name: column.filter(pl.Series(drawn)) for name, column in known.items()}
    item, count = {"item_id": known["item_id"]}, len(known["item_id"])
    size = pl.Series(np.array(SIZES)[stratum[drawn]])
    told = {"stratum": pl.Series(stratum[drawn]).cast(pl.String), "stratum_size": size, "frame_day": _day(at)}
    told |= {"stratum_drawn": world.labels // 2, "inclusion_probability": world.labels / 2 / size}
    yield SAMPLE, many(SAMPLE, count, event_id=known["event_id"], **item, **told)
    settled = np.where(checked, true[drawn], crowd[drawn])
    status = pl.Series(np.where(checked, "adjudicated", "consensus"))
    yield GROUND_TRUTH, many(GROUND_TRUTH, count, **item, answer=_said(settled), status=status, method="majority")
    yield ITEMS, many(ITEMS, count, **known, first_seen=MOMENT)
    if world.experts:
        cell = {"pattern": "unanimous", "consensus": _said(crowd[drawn]), "inclusion_probability": CHECKED}
        yield EXPERT_CHECKS, many(EXPERT_CHECKS, count, **item, drawn=pl.Series(checked), wave=at + 1, **cell)
        ruled = item["item_id"].filter(pl.Series(checked))
        answer = _said(true[drawn][checked])
        yield ADJUDICATIONS, many(ADJUDICATIONS, len(ruled), item_id=ruled, answer=answer, blind=True)
    for number, outputs in enumerate((true ^ ~right)[drawn, None].T ^ other[drawn].T):
        said = {"candidate": _name(number), "output": _said(outputs), "made_at": MOMENT + timedelta(days=365)}
        yield PREDICTIONS, many(PREDICTIONS, count, **item, **said)
    yield RELEASES, many(RELEASES, 1, release=at + 1, digest=f"d{at}")


UNKNOWN = dict.fromkeys(("user_id", "session_id", "confidence"))


def _name(number: int) -> str:
    return f"v{number:02}"


def _day(at: int) -> Any:
    return MONDAY + timedelta(days=7 * at)


def _said(good: Flags) -> pl.Series:
    return pl.Series(np.where(good, '"good"', '"bad"'))


def gated(store: Store, world: World, rng: np.random.Generator) -> list[list[Gated]]:
    """What the gate says of each candidate, look by look."""
    declared, told = world.declared, list[list[Gated]]()
    for at in range(world.looks):
        added = list(week(world, at, rng))

        def write(writer: Writer, first: bool = at == 0, added: list[tuple[Table, pl.DataFrame]] = added) -> int:
            emptied = sum(writer.replace(table, table.frame([])) for table in TABLES) if first else 0
            return emptied + sum(writer.append(table, rows) for table, rows in added)

        store.commit("a week", write)
        told.append([gate(store, declared, _name(number)) for number in range(world.candidates)])
    return told


def line(store: Store, world: World, runs: int) -> str:
    """What a world comes to."""
    rng = np.random.default_rng([1, world.labels, world.looks, world.candidates])
    told = [gated(store, world, rng) for _ in range(runs)]
    ever = {
        name: np.array(
            [[any(look[at].verdict == name for look in run) for at in range(world.candidates)] for run in told]
        )
        for name in ("pass", "fail")
    }
    last = [one.held[0].row for run in told for one in run[-1]]
    known = [row for row in last if row["low"] is not None]
    held = np.mean([row["low"] <= world.difference <= row["high"] for row in known])
    half = np.mean([row["high"] - row["low"] for row in known]) / 2
    passed, any_, failed = ever["pass"].mean(), ever["pass"].any(axis=1).mean(), ever["fail"].mean()
    told_ = f"passes {passed:5.1%}  any {any_:5.1%}  fails {failed:5.1%}"
    return f"{told_}  held {held:5.1%} of {len(known):4}  half {half:.3f}"


CHECKS = World(labels=480)
WORLDS = {
    "annotators, 480 labels": replace(CHECKS, experts=False),
    "experts, 120 labels": replace(CHECKS, labels=120),
    "experts, 480 labels": CHECKS,
    "experts, 480, equal": replace(CHECKS, gain=0.0),
    "experts, 480, at_once: 10": replace(CHECKS, at_once=10),
    "experts, 480, 2 slices, one at the margin": replace(CHECKS, halves=True, elsewhere=0.08),
    "experts, 8 weekly looks of 240": replace(CHECKS, labels=240, looks=8, candidates=3),
    "experts, 8 looks, 2 slices, at_once: 3": replace(
        CHECKS, labels=240, looks=8, candidates=3, halves=True, at_once=3
    ),
}


def main(runs: int = 10, *names: str) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as home, Lake.open(Settings(home=Path(home))) as lake:
        store = lake.store("sentiment")
        for name, world in WORLDS.items():
            if not names or name in names:
                print(f"{name:42} {line(store, world, runs)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, *sys.argv[2:])
