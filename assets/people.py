"""Plots of people's work: how far they agree, and how well each of them does."""

import dagster as dg

from gt_platform import labeling
from gt_platform.assets import showing, views
from gt_platform.assets.plots import interval_plot
from gt_platform.lake import Store
from gt_platform.project import Project


def pictures(store: Store, project: Project) -> dict[str, dg.MarkdownMetadataValue]:
    """Both plots, by the name their metadata has."""
    return {"weekly_agreement": weekly_agreement(store, project), "annotator_shares": annotator_shares(store)}


def weekly_agreement(store: Store, project: Project) -> dg.MarkdownMetadataValue:
    """The mean agreement by the week in which items were sampled, each with its 95 % interval."""
    found = labeling.agreement_by_week(store, project)
    weeks = [(str(week), one.mean, one.low, one.high) for week, one in found]
    if not any(mean is not None for _, mean, _, _ in weeks):
        return dg.MetadataValue.md("*no week with enough evidence yet*")
    return showing.picture(interval_plot(weeks), "mean agreement by week with 95 % intervals")


def annotator_shares(store: Store) -> dg.MarkdownMetadataValue:
    """What share of each annotator's answers is right, the surely lowest first: as many as fit side by side."""
    people = store.read(views.ANNOTATOR_SHARES).rows()
    if not people:
        return dg.MetadataValue.md("*no annotator was judged yet*")
    return showing.picture(interval_plot(people), "share of right answers by annotator with 95 % intervals")
