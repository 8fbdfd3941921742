"""Truth as a whole: at which stage a run that died, or never came, left it. Frames as a whole are in `frames`."""

from gt_platform import benchmark, held_out, likeness, truth
from gt_platform.lake import Store
from gt_platform.project import Project


def unsettled(store: Store, project: Project) -> str | None:
    """The first table that does not follow from those before it; None when all of them do.

    What is asked is what the stages themselves would change, of one snapshot of the lake, and nothing is written.
    Scores are computed for it, so ask where the lake has moved on.
    """
    with store.snapshot():
        if truth.unsettled(store, project):
            return "decisions"
        if likeness.ungrouped(store, project):
            return "duplicates"
        if held_out.unsplit(store, project):
            return "splits"
        if truth.verify_fold(store):
            return "ground_truth"
        if truth.unreleased(store):
            return "releases"
        return "scores" if benchmark.unscored(store, project) else None
