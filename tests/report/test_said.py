"""What users say and what is so, on a page: values, words of every fate, and nobody's text as markup."""

from pathlib import Path

from gt_platform.assets.showing import plotted
from gt_platform.benchmark import score
from gt_platform.declarations import declare
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import FEEDBACK
from gt_platform.report import alone, said
from gt_platform.settings import Settings
from gt_platform.stages.ground_truth import FOLDING
from gt_platform.stages.ingest import INGEST
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

SLICED = project(benchmark={"metrics": ["accuracy"], "slices": ["channel"]})


def spoken(store: Store) -> None:
    """Forty events, half drawn, a quarter of the drawn wrong; a loud user is right about half of what they say."""
    declare(store, SLICED)
    events = [f"e{at:02}" for at in range(40)]
    add_events(store, MONDAY, [{"event_id": name, "attributes": {"channel": "<b>web"}} for name in events])
    add_sample(store, MONDAY, "all", 40, events[:20])
    add_truth(store, {name: "bad" if at < 5 else "good" for at, name in enumerate(events[:20])})
    add_feedback(store, MONDAY, [(name, "thumb", "down") for name in [*events[:10], *events[20:26]]], by="loud")
    add_feedback(store, MONDAY, [(name, "thumb", "up") for name in events[10:16]])
    add_feedback(store, MONDAY, [("nothing", "thumb", "up")])
    add_release(store)
    score(store, SLICED)


def test_rates_rights_and_fates_stand_on_it(lake_home: Path) -> None:
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        assert "Nobody has said anything" in alone(SLICED, said(store, SLICED))
        spoken(store)
        found = said(store, SLICED)
    rights = {row["said"]: (row["right"], row["n"], row["usual"]) for row in found.right}
    assert rights == {"thumb down": (0.5, 10, 0.25), "thumb up": (1.0, 6, 0.75)}
    assert [(fate, n) for fate, _, n in found.fates] == [("settled", 16), ("passed over", 6), ("no event", 1)]
    page = alone(SLICED, found)
    assert "one of 7 end users gave 73% of 22 opinions" in page
    assert '<div class="big">50%</div><span>of thumbs down are right: 5% to 95%; of any event it would be 25%' in page
    assert "channel=&lt;b&gt;web" in page
    assert "<b>web" not in page
    assert page.count("<figure>") == 4


def test_dagster_shows_rates_by_week_on_feedback_and_why_there_are_none(lake_home: Path) -> None:
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        plots = {plot.name: plot for stage in (INGEST, FOLDING) for plot in stage.plots}
        told = {name: plotted(plots[name], store, SLICED).value for name in ("feedback", "latency")}
        assert told == {"feedback": "*no end user has spoken yet*", "latency": "*no drawn event has truth yet*"}
        spoken(store)
        assert plots["feedback"].rows(store, SLICED)[0][:2] == (str(MONDAY), 22 / 40)
        assert plots["negative"].rows(store, SLICED)[0][:2] == (str(MONDAY), 16 / 22)
        assert "svg+xml" in (plotted(plots["feedback"], store, SLICED).value or "")
    assert plots["feedback"].table is FEEDBACK
