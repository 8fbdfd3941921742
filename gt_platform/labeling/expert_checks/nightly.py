"""How many checks a night may draw, and at what rate each cell is drawn from.

Each item keeps one random number for good, a digest of project and item, and is drawn in the first night in which its
chance reaches it. So its inclusion probability is the highest chance so far.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.canonical import number
from gt_platform.labeling.expert_checks.cells import UNDECIDED, joined
from gt_platform.labeling.expert_checks.errors import deviations
from gt_platform.project import ExpertCheck, Project
from gt_platform.stats.label_error.checking import Pool, chances, due, heavier, rates, wanted

Floats = NDArray[np.float64]
Item = dict[str, Any]
"""A row of `expert_checks`, with frame day, weight by the design, the model's output and the expert's answer."""

CATCH_UP = 14
"""Nights' worth of checks drawn at once where many days come together, as when checks are first declared."""


def budget(declared: ExpertCheck, items: Sequence[Item], drawn: int, spent: Mapping[date, int]) -> int:
    """What the frame days that answers came from allow, less what was drawn: so runs may repeat, or come late.

    `spent` is how many checks the nights allow that split a budget of their own.
    """
    nights = [spent.get(day, declared.budget) for day in {item["frame_day"] for item in items}]
    return max(0, min(sum(nights) - drawn, CATCH_UP * max(nights, default=0)))


def tonight(project: Project, declared: ExpertCheck, items: Sequence[Item], budget: int) -> Floats:
    """Tonight's chance (n,) of each of n items; marks those `drawn` that it reaches."""
    named = joined([item["cell"] for item in items])
    names, code = np.unique(np.array(named, dtype=object), return_inverse=True)
    drawn = np.array([item["drawn"] for item in items], dtype=np.bool_)
    pool = Pool(
        size=np.bincount(code, minlength=len(names)),
        checked=np.bincount(code[drawn], minlength=len(names)),
        deviation=deviations(project, items, code, len(names)),
        first=np.array([str(name).startswith(UNDECIDED) for name in names], dtype=np.bool_),
    )
    heavy = heavier(np.array([item["weight"] for item in items]), code, len(names))
    own = np.array([_number(project, item["item_id"]) for item in items]) / heavy
    rate = rates(own, code, drawn, wanted(pool, budget, floor=declared.floor))
    for item, now in zip(items, due(own, code, rate), strict=True):
        item["drawn"] |= bool(now)
    return chances(heavy, code, rate)


def _number(project: Project, item_id: str) -> float:
    """The item's own random number, 0 to 1, for good."""
    return number(json.dumps(["expert check", project.name, item_id])) / 2**64
