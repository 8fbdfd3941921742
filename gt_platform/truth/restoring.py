"""Going back to a release: its truth once more, as decisions of whoever restores it, and as a new release.

Nothing that came since is deleted. That the truth is the old one is proven by a digest over items, inputs and answers;
who decided what, and when, is rightly another story than it was.
"""

from dataclasses import dataclass

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.forgetting import UNERASED
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import GROUND_TRUTH
from gt_platform.project import Project
from gt_platform.signing import Signer
from gt_platform.truth.by_hand import append, note
from gt_platform.truth.fold import fold_within
from gt_platform.truth.release import Released, release
from gt_platform.truth.tags import ReleaseError, release_named

TRUE = ("item_id", "input", "answer")
"""The columns of `ground_truth` in which a restored release is the old one."""
SNAPSHOT = "SELECT snapshot_id FROM releases WHERE release = ?"
# what was erased since stays erased
APART = f"""
    SELECT coalesce(o.item_id, t.item_id) AS item_id, o.answer::VARCHAR AS answer
    FROM (SELECT item_id, answer FROM ground_truth AT (VERSION => $snapshot) WHERE {UNERASED}) o
    FULL JOIN ground_truth t ON t.item_id = o.item_id WHERE o.answer IS DISTINCT FROM t.answer ORDER BY ALL
"""  # noqa: S608 - of the part
OPEN = "SELECT count(*) FROM waiting_items SEMI JOIN apart_rows USING (item_id)"


@dataclass(frozen=True, kw_only=True)
class Restored:
    """The release that was restored, items whose truth that changed, and the release that has it now."""

    restored: int
    items: int
    made: Released


def restore_release(
    store: Store,
    project: Project,
    name: str,
    *,
    bundles: Storage,
    signer: Signer | None = None,
    why: str = "",
    actor: str,
    force: bool = False,
) -> Restored:
    """Make the truth what it was in a release, and publish it. The same again changes nothing.

    Raises ReleaseError for a release that there is not, and, unless forced, where what differs is being asked: answers
    that come decide anew.
    """

    def work(writer: Writer) -> tuple[int, int]:
        number = release_named(writer, name)
        snapshot = int(writer.read(SNAPSHOT, [number]).item())
        # before anything is written: a transaction sees its own rows in every older version of a table, too
        was = writer.digest(GROUND_TRUTH, TRUE, at=snapshot, where=UNERASED)
        apart = writer.read(APART, {"snapshot": snapshot})
        waiting = int(writer.read(OPEN, frames={"apart_rows": apart}).item())
        if waiting and not force:
            raise ReleaseError(
                f"{waiting} items that differ from release {number} wait for answers or a ruling, which will decide "
                "them anew; let them be answered first, or add --force"
            )
        said = why.strip() or f"release {number} was restored"
        rows = apart.with_columns(reason=pl.lit(said), category=pl.lit(None, pl.String)).to_dicts()
        gone = [row for row in rows if row["answer"] is None]
        back = [row for row in rows if row["answer"] is not None]
        append(writer, project, back, status="restored", method="release", actor=actor)
        append(writer, project, gone, status="retired", method="release", actor=actor)
        if rows:
            note(writer, actor, "release restored", {"release": number, "items": len(rows), "why": said})
            fold_within(writer)
        if writer.digest(GROUND_TRUTH, TRUE) != was:
            raise ReleaseError(f"release {number} cannot be restored: its content is not what it was; `gt verify`")
        return number, len(rows)

    number, items = store.commit(f"release of {project.name} restored", work)
    return Restored(restored=number, items=items, made=release(store, project, bundles=bundles, signer=signer))
