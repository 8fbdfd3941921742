"""Immutable versions of the ground truth, and what changed in each."""

from gt_platform import truth
from gt_platform.lake.tables import CHANGELOG, GROUND_TRUTH, RELEASES
from gt_platform.stages.stage import Fills, Stage

RELEASING = Stage(
    name="releases",
    does="Publish the ground truth where it differs from the latest release, in the lake and as a frozen bundle.",
    fills=(
        Fills(RELEASES, """
            SELECT release, items, added, changed, retired, left(digest, 12) AS digest, snapshot_id AS snapshot
            FROM releases ORDER BY release DESC LIMIT 10
        """),
        Fills(CHANGELOG, """
            SELECT release, change, count(*) AS items FROM changelog GROUP BY ALL ORDER BY release DESC, change LIMIT 12
        """),
    ),
    after=(GROUND_TRUTH,),
    kinds=("parquet",),
    run=lambda platform, project, _: truth.release(
        platform.store(project), project, bundles=platform.files, signer=platform.signer
    ),
)  # fmt: skip
