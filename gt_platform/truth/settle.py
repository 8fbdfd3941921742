"""Settling answers into decisions. Append-only: a decision is never changed, only followed by another.

All live answers are settled together, whenever they came, and every item's decision follows from that: any order of
nights and backfills ends in equal settlements and equal standing decisions.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ANNOTATORS, DECISIONS, POOLS, SETTLEMENTS
from gt_platform.project import Project
from gt_platform.truth.decisions import REASONS, new_decisions
from gt_platform.truth.near_duplicates import new_followers
from gt_platform.truth.outcomes import outcomes_wait, take_outcomes
from gt_platform.truth.pools import Pools, pools
from gt_platform.truth.settlements import settled_anew


@dataclass(frozen=True, kw_only=True)
class Settled:
    """New decisions: settled by consensus, by a ruling, and sent to adjudication for a tie, weakness or a remark; and
    of how many items a reviewer ruled that no valid answer is right.

    `revised` are those among them that say something else than the item's decision before, `revised_for_…` why: its
    own new answers, newer guidelines, a ruling; or what was learned since of its annotators, by others' answers, by
    gold, or by another method. `settled_anew` counts the items that were settled anew to find out; `followed` the
    decisions of near-duplicates that were not asked themselves, `by_outcomes` those that declared outcomes make.
    """

    consensus: int
    adjudicated: int
    tied: int
    no_valid_answer: int = 0
    revised: int = 0
    revised_for_answers: int = 0
    revised_for_guidelines: int = 0
    revised_for_ruling: int = 0
    revised_for_annotators: int = 0
    revised_for_gold: int = 0
    revised_for_method: int = 0
    settled_anew: int = 0
    followed: int = 0
    by_outcomes: int = 0

    @property
    def decisions(self) -> int:
        """All new decisions."""
        return self.consensus + self.adjudicated + self.tied + self.no_valid_answer + self.followed + self.by_outcomes


def settle(store: Store, project: Project) -> Settled:
    """Settle what is new, and decide every fully answered item by it, or by a ruling on its present answers.

    Ties go to adjudication; so do answers weaker than the project's bound, and those with a remark of the backend's.
    Outcomes come first: what they make true, annotators are weighed by. Where nothing is new nothing is fitted, and
    nothing written.
    """
    by_outcomes = take_outcomes(store, project)
    with store.snapshot():  # the long part, so that nobody waits for the lake's lock meanwhile
        at, seen = store.snapshot_id, pools(store, project)
        found = settled_anew(store, project, seen) if seen.changed else None
        if found is None and _nothing_new(store, project, seen):
            return _counted(pl.DataFrame(schema=["status", "revised"]), 0, 0, by_outcomes)

    def work(writer: Writer) -> Settled:
        now = seen if writer.snapshot_id == at else pools(writer, project)
        anew = found if _same(now, seen) else settled_anew(writer, project, now)
        if anew is not None:
            writer.replace(SETTLEMENTS, anew.settlements)
            writer.replace(ANNOTATORS, anew.annotators)
            writer.replace(POOLS, now.rows)
        decided = new_decisions(writer, project, now)
        _decide(writer, decided)
        followers = new_followers(writer, project)  # of what was decided now, too
        _decide(writer, followers)
        return _counted(decided, 0 if anew is None else anew.settlements.height, followers.height, by_outcomes)

    return store.commit("decisions", work)


def unsettled(store: Store, project: Project) -> bool:
    """Whether `settle` would write anything."""
    seen = pools(store, project)
    return seen.changed or outcomes_wait(store, project) or not _nothing_new(store, project, seen)


def _nothing_new(store: Store, project: Project, seen: Pools) -> bool:
    return new_decisions(store, project, seen).is_empty() and new_followers(store, project).is_empty()


def _decide(writer: Writer, rows: pl.DataFrame) -> None:
    if rows.height:
        writer.append(DECISIONS, rows.with_columns(decided_at=pl.lit(datetime.now(UTC))))


def _same(now: Pools, seen: Pools) -> bool:
    return now.news == seen.news and now.rows.drop("settled_at").equals(seen.rows.drop("settled_at"))


def _counted(decided: pl.DataFrame, settled_anew: int, followed: int, by_outcomes: int) -> Settled:
    statuses, revised = decided["status"].to_list(), decided["revised"].drop_nulls().to_list()
    return Settled(
        consensus=statuses.count("consensus"),
        adjudicated=statuses.count("adjudicated"),
        tied=statuses.count("adjudicate"),
        no_valid_answer=statuses.count("no_valid_answer"),
        revised=len(revised),
        **{f"revised_for_{why}": revised.count(why) for why in REASONS},
        settled_anew=settled_anew,
        followed=followed,
        by_outcomes=by_outcomes,
    )
