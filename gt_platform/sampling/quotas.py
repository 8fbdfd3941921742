"""What a declared design asks of a frame: how its events are parted by quotas, and how many of each part are drawn.

The arithmetic belongs in `gt_platform.stats.quotas`; how a part is cut further, in `frame`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from gt_platform.canonical import canonical
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.design import ALL, OUTPUT, Design
from gt_platform.sampling.events import attribute_of, outputs_of
from gt_platform.sampling.novelty import Codes, Flags
from gt_platform.stats.allocation import Counts
from gt_platform.stats.quotas import Margin, fit, whole

OTHERS = "*"
"""Whatever value no quota names."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """An attribute's `values`, the last being OTHERS, with their `shares`; and which one each of n events has, (n,)."""

    attribute: str
    values: tuple[str, ...]
    shares: tuple[float, ...]
    code: Codes

    def asked(self, total: int) -> Counts:
        """Whole counts of a total, (V,)."""
        return whole(self.shares, total)

    def count(self, among: Flags) -> Counts:
        """How many of these events have each value, (V,)."""
        return np.bincount(self.code[among], minlength=len(self.values))


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Of n events: the part (n,) of each that was to be parted, -1 for others; the parts' names, and counts (C,)."""

    code: Codes
    names: tuple[str, ...]
    counts: Counts


def quotas_of(store: Store, project: Project, design: Design, day: date, events: pl.DataFrame) -> list[Quota]:
    """The quotas with what the frame's events have."""
    return [_quota(store, project, day, events, name, shares) for name, shares in design.quotas.items()]


def parted(quotas: Sequence[Quota], among: Flags, taken: Flags, budget: int, *, minimum: int) -> Parts:
    """Part the events `among` (n,) by the quotas' cells, and share the budget out that those `taken` (n,) leave.

    Every cell that has events gives at least `minimum`, or all it has, so that somebody speaks for it; who is taken
    already counts towards the quotas.
    """
    values = np.stack([quota.code[among] for quota in quotas], axis=1)
    cells, code = np.unique(values, axis=0, return_inverse=True)
    code = code.reshape(-1)
    sizes = np.bincount(code, minlength=len(cells))
    least = np.minimum(sizes, minimum)
    total = min(max(budget - int(taken.sum()), int(least.sum())), int(sizes.sum()))
    margins = [
        Margin(code=cells[:, at], asked=np.maximum(quota.asked(budget) - quota.count(taken), 0))
        for at, quota in enumerate(quotas)
    ]
    placed = np.full(len(among), -1, dtype=np.int64)
    placed[among] = code
    return Parts(
        code=placed,
        names=tuple(", ".join(_named(quotas, cell)) for cell in cells),
        counts=fit(sizes, least, total, margins) if len(cells) else sizes,
    )


def composition(quotas: Sequence[Quota], parts: Parts, taken: Flags, budget: int) -> list[dict[str, Any]]:
    """Rows of `composition`: what was asked of a frame, what it has, and what is drawn of it."""
    inside, rows = parts.code >= 0, []
    for quota in quotas:
        value_of = np.zeros(len(parts.names), dtype=np.int64)
        value_of[parts.code[inside]] = quota.code[inside]
        drawn = quota.count(taken) + np.bincount(value_of, parts.counts, len(quota.values)).astype(np.int64)
        asked, events = quota.asked(budget), quota.count(np.ones(len(inside), dtype=np.bool_))
        found = zip(quota.values, asked.tolist(), events.tolist(), drawn.tolist(), strict=True)
        short = bool((drawn < asked).any())
        rows += [
            {"attribute": quota.attribute, "value": value, "asked": ask, "events": has, "drawn": got}
            | {"detail": _why(ask, has, got, short=short)}
            for value, ask, has, got in found
            if ask or has
        ]
    return rows


def _why(asked: int, events: int, drawn: int, *, short: bool) -> str | None:
    """Why a quota is not met; nothing where it is."""
    if drawn == asked:
        return None
    if drawn == events:
        return f"{asked} were asked for, and the frame has {events}: all are drawn"
    if drawn < asked:
        return f"{asked} were asked for: other quotas, the least of every cell and what people flagged leave {drawn}"
    if short:
        return f"{asked} were asked for, and {drawn} are drawn in place of others that are too few"
    return f"{asked} were asked for: people flagged so many, or the least of every cell comes to {drawn}"


def composed_of(project: Project, attributes: pl.Series, outputs: pl.Series) -> list[str]:
    """The name of the part that each of n events would be in, by attributes and outputs (JSON); "" without a design."""
    design = project.sampling.design
    quotas = (
        []
        if design is None
        else [
            _coded(project, name, shares, _values(project, name, attributes, outputs))
            for name, shares in design.quotas.items()
        ]
    )
    cells = np.stack([np.zeros(len(outputs), dtype=np.int64), *(quota.code for quota in quotas)], axis=1)[:, 1:]
    return [", ".join(_named(quotas, cell)) for cell in cells.tolist()]


def _quota(
    store: Store, project: Project, day: date, events: pl.DataFrame, name: str, shares: dict[str, float]
) -> Quota:
    if name == OUTPUT:
        return _coded(project, name, shares, project.outputs.answers(outputs_of(store, day, events)))
    return _coded(project, name, shares, attribute_of(store, day, name, events))


def _values(project: Project, name: str, attributes: pl.Series, outputs: pl.Series) -> pl.Series:
    return project.outputs.answers(outputs) if name == OUTPUT else attributes.str.json_path_match(f"$['{name}']")


def _coded(project: Project, name: str, shares: dict[str, float], found: pl.Series) -> Quota:
    keys = [canonical(project.outputs.written(value).answer) if name == OUTPUT else value for value in shares]
    place = {key: at for at, key in enumerate(keys)}
    return Quota(
        attribute=name,
        values=(*shares, OTHERS),
        shares=tuple(share / ALL for share in shares.values()),
        code=np.array([place.get(value, len(keys)) for value in found], dtype=np.int64),
    )


def _named(quotas: Sequence[Quota], cell: Iterable[int]) -> list[str]:
    return [f"{quota.attribute}={quota.values[at]}" for quota, at in zip(quotas, cell, strict=True)]
