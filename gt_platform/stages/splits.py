"""Which items are near-duplicates, and which are kept from training."""

from dataclasses import dataclass
from datetime import date

from gt_platform import held_out, likeness
from gt_platform.checks import held_out as checks
from gt_platform.lake.tables import DECISIONS, DUPLICATES, ITEMS, SPLITS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages.stage import Check, Fills, Stage


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Groups of near-duplicates, what they hold beside their first item, and items in splits: of these, frozen."""

    groups: int
    duplicates: int
    split: int
    frozen: int


def _split(platform: Platform, project: Project, _day: date) -> Sides:
    store = platform.store(project)
    alike = likeness.find_duplicates(store, project)
    drawn = held_out.draw_splits(store, project)
    return Sides(groups=alike.groups, duplicates=alike.duplicates, split=drawn.items, frozen=drawn.frozen)


SPLITTING = Stage(
    name="splits",
    does="Group near-duplicate items, and draw the declared splits by these groups.",
    fills=(
        Fills(SPLITS, """
            SELECT split, count(*) AS items, count(since) AS frozen, count(withheld_for) AS withheld
            FROM splits GROUP BY split ORDER BY split
        """),
        Fills(DUPLICATES, """
            SELECT how, count(*) AS items, round(min(similarity), 3) AS "least like"
            FROM duplicates WHERE duplicate_group <> item_id GROUP BY how ORDER BY how
        """),
    ),
    after=(ITEMS, DECISIONS),
    run=_split,
    checks=(
        Check(
            name="duplicates",
            table=DUPLICATES,
            asks="Near-duplicates have the same truth, and lie on one side of the splits.",
            evaluate=lambda store, *_: checks.duplicates(store),
            warns=True,
        ),
        Check(
            name="splits",
            table=SPLITS,
            asks="Every declared split has its size, and every split that holds items is declared.",
            evaluate=lambda store, project, _: checks.sizes(store, project),
            warns=True,
        ),
        Check(
            name="contamination",
            table=SPLITS,
            asks="No file that is known to be trained on holds items of the benchmark.",
            evaluate=lambda store, *_: checks.contamination(store),
        ),
    ),
)  # fmt: skip
