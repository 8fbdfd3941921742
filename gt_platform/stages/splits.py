"""Which items are kept from training, near-duplicates with them."""

from datetime import date

from gt_platform import held_out, likeness
from gt_platform.checks import held_out as checks
from gt_platform.held_out import Split
from gt_platform.lake.tables import DECISIONS, DUPLICATES, ITEMS, SPLITS
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages.stage import Check, Fills, Stage


def _split(platform: Platform, project: Project, _day: date) -> Split:
    store = platform.store(project)
    # of items that were imported since the last night drew some, or where what is shown of all was declared anew
    if likeness.ungrouped(store, project):
        likeness.find_duplicates(store, project)
    return held_out.draw_splits(store, project)


SPLITTING = Stage(
    name="splits",
    does="Draw the declared splits by groups of near-duplicates.",
    fills=(
        Fills(SPLITS, """
            SELECT split, count(*) AS items, count(since) AS frozen, count(withheld_for) AS withheld
            FROM splits GROUP BY split ORDER BY split
        """),
    ),
    after=(ITEMS, DECISIONS, DUPLICATES),
    run=_split,
    checks=(
        Check(
            name="duplicates",
            table=SPLITS,
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
