"""What is asked of feedback itself: whether one user floods, and whether more or less of it is negative than before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.checks import Finding, listed
from gt_platform.lake import Store
from gt_platform.lake.views.opinions import LOUD, MANY
from gt_platform.project import Project
from gt_platform.stats.multiplicity import q_values

USERS = 10
"""Users, counted as many as they are worth, without whom a week or the weeks before it say nothing."""
ALPHA = 0.05
SPEAKERS = """
    WITH declared AS (
        SELECT unnest(from_json(attributes, '["VARCHAR"]')) AS attribute FROM current_declaration
    ), told AS (
        SELECT event_id, given_by, given_as, negative, of_frame > (SELECT max(frame_day) FROM events) - 7 AS late
        FROM opinions WHERE negative IS NOT NULL AND of_frame > (SELECT max(frame_day) FROM events) - 35
    ), placed AS (
        SELECT '*' AS slice, * FROM told
        UNION ALL SELECT d.attribute || '=' || json_extract_string(e.attributes, '$."' || d.attribute || '"'), t.*
        FROM told t JOIN events e ON e.event_id = t.event_id, declared d
    )
    SELECT slice, given_by, given_as, count(*) FILTER (late)::DOUBLE AS w_now,
           count(*) FILTER (late AND negative)::DOUBLE AS r_now, count(*) FILTER (NOT late)::DOUBLE AS w_before,
           count(*) FILTER (NOT late AND negative)::DOUBLE AS r_before
    FROM placed WHERE slice IS NOT NULL GROUP BY ALL ORDER BY slice, given_by, given_as
"""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A share negative in the last 7 days, `now`, and in the 28 before, and how likely chance makes so much of it."""

    name: str
    now: float
    before: float
    n: int
    p_value: float


def feedback(store: Store, project: Project) -> Finding:
    """Whether one user floods, and whether the share negative of the last 7 days differs from the 28 before."""
    rows = store.read(SPEAKERS)
    told = [moved(key, users) for key, users in rows.group_by("slice", "given_by", maintain_order=True)]
    judged = [one for one in told if one is not None]
    q = q_values([one.p_value for one in judged]).tolist()
    wrong = [_said(one) for one, least in zip(judged, q, strict=True) if least <= ALPHA]
    said = [*_flood(rows.filter(slice="*", given_by="end_user"), project.sampling.flagged.per_user), *wrong]
    facts: dict[str, int | float | str] = {"judged": len(judged), "moved": len(wrong)}
    fine = f"nobody floods, and of {len(judged)} shares that could be judged none has moved"
    return Finding(verdict="fail" if said else "pass", said=listed(said) or fine, facts=facts)


def moved(key: Sequence[object], users: pl.DataFrame) -> Moved | None:
    """Of a slice and kind of annotator, with a row for each user; none where too few spoke.

    The difference of two ratios, linearised, with users as clusters that may speak in both spans (Kish & Frankel
    1974), under no difference; Student's t at the lesser number of users, each counted as much as it is worth.
    """
    w_now, r_now, w_before, r_before = (users[name].to_numpy() for name in ("w_now", "r_now", "w_before", "r_before"))
    worth = min(_effective(w_now), _effective(w_before))
    if worth < USERS:
        return None
    pooled = (r_now.sum() + r_before.sum()) / (w_now.sum() + w_before.sum())
    each = (r_now - pooled * w_now) / w_now.sum() - (r_before - pooled * w_before) / w_before.sum()
    spread = float(np.sqrt((each**2).sum()))
    return Moved(
        name=f"{str(key[1]).replace('_', ' ')}s{'' if key[0] == '*' else f' at {key[0]}'}",
        now=float(r_now.sum() / w_now.sum()),
        before=float(r_before.sum() / w_before.sum()),
        n=int(w_now.sum()),
        p_value=_chance(float(each.sum()) / spread, worth - 1) if spread else 1.0,
    )


def _effective(weights: NDArray[np.float64]) -> float:
    total = float(weights.sum())
    return total**2 / float((weights**2).sum()) if total else 0.0


def _chance(t: float, freedom: float) -> float:
    from scipy.stats import t as student

    return float(2 * student.sf(abs(t), freedom))


def _flood(users: pl.DataFrame, most: int) -> list[str]:
    spoke = users.filter(pl.col("w_now") > 0)["w_now"].to_numpy()
    total, loudest = float(spoke.sum()), float(spoke.max(initial=0.0))
    if spoke.size < 2 or total < MANY or loudest < LOUD * total:
        return []
    share = f"one of {spoke.size:,} end users gave {loudest / total:.0%} of {total:,.0f} opinions of the last 7 days"
    return [f"{share}; of one user's flags at most {most} a frame count"]


def _said(one: Moved) -> str:
    return (
        f"of what {one.name} said of the last 7 days {one.now:.0%} is negative ({one.n:,} opinions), "
        f"where it was {one.before:.0%} in the 28 days before"
    )
