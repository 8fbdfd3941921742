"""A gate's verdict as people and programs read it on the terminal."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from gt_platform.benchmark import Gated
from gt_platform.cli.app import out
from gt_platform.cli.show import show

SHOWN = 20
MOST = 0.99
"""A share of the traffic from which nobody need be told that the rest is missing."""
COLUMNS = ("metric", "label", "slice", "estimand", "difference", "low", "high", "n", "lost", "gained", "margin")
KEY = ("metric", "label", "slice", "difference", "low", "high", "n")


def said(decision: str) -> str:
    """A verdict in words."""
    return decision.replace("_", " ")


def headline(found: Gated) -> str:
    """The verdict in a sentence."""
    how = f"look {found.look}, {found.level:.2%} intervals, against what {found.against} say"
    return f"{found.candidate} against {found.baseline} on release {found.release}: {said(found.verdict)} ({how})"


def uncovered(found: Gated) -> str:
    """Of how much of the traffic nothing is known."""
    return (
        f"The verdict speaks of {found.covered:.0%} of the traffic: on other days nothing that was drawn is both "
        "settled and held out, as where a split to train with takes all that comes."
    )


def named(row: dict[str, Any]) -> str:
    """What a comparison is of."""
    label = "" if row["label"] == "*" else f" of {row['label']}"
    where = "" if row["slice"] == "*" else f" on {row['slice']}"
    return f"{row['metric']}{label}{where}"


def verdict_row(found: Gated) -> pl.DataFrame:
    """One row, for programs."""
    reasons = [
        {name: one.row[name] for name in KEY} | {"verdict": one.decision, "reason": one.reason, "needed": one.needed}
        for one in found.held
    ]
    row = {"candidate": found.candidate, "baseline": found.baseline, "release": found.release, "look": found.look}
    row |= {"level": found.level, "verdict": found.verdict, "against": found.against, "missing": found.missing}
    row |= {"covered": found.covered}
    row |= {"comparisons": json.dumps(reasons), "lost": _listed(found, found.parted.lost)}
    row |= {"gained": _listed(found, found.parted.gained)}
    wrong = [one.item_id for one in found.pins if not one.right]
    return pl.DataFrame([row | {"pinned_wrong": json.dumps(wrong)}])


def tell(found: Gated) -> None:
    """For people: each comparison that decides, all metrics over all items by both estimands, and why."""
    primary = [one.row for one in found.held]
    others = [row for row in found.rows if row["slice"] == "*" and row not in primary]
    rows = [{name: row[name] for name in COLUMNS} for row in (*primary, *others)]
    title = f"{found.candidate} less {found.baseline}, 95 % intervals"
    show(pl.DataFrame(rows, infer_schema_length=None), title=title)
    for one in found.held:
        more = f"; about {one.needed:,} more labels would decide it" if one.needed else ""
        _say(f"{named(one.row)}: {said(one.decision)}: {one.reason}{more}")
    for pinned in found.pins:
        if not pinned.right:
            _say(f"pinned, and wrong: {pinned.item_id[:12]} is {pinned.truth}, not {pinned.said} ({pinned.why})")
    if found.missing:
        _say(f"{found.missing:,} items have no prediction, and count as wrong; `gt predict` asks for them")
    if found.covered < MOST:
        _say(uncovered(found))
    for what, places in (("right to wrong", found.parted.lost), ("wrong to right", found.parted.gained)):
        items = [found.items[at] for at in places[:SHOWN]] + ["…"] * (len(places) > SHOWN)
        _say(f"{what}: {len(places):,}" + (f" ({', '.join(items)})" if items else ""))
    _say(headline(found))


def _listed(found: Gated, places: Sequence[int]) -> str:
    return json.dumps([found.items[at] for at in places])


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
