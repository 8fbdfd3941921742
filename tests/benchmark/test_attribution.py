"""Why a stated score changed, read from a lake: labels, mix, model and chance, adding up to what is stated."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from gt_platform.benchmark import Side, Why, WhyError, latest_weeks, score, side_of, why
from gt_platform.cli import app
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import GROUND_TRUTH
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, project

NEXT = MONDAY + timedelta(days=7)
SLICED = project(benchmark={"metrics": ["accuracy"], "slices": ["channel"]})
CHANNELS = ("web", "app")
FIRST, SECOND = (Side(scope="week", period=day.isoformat(), release=2) for day in (MONDAY, NEXT))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of 200 events, 20 labels of each channel: right 9 and 6 of 10, then 8 and 7. Release 2 has two more
    of the first week's right."""
    home = tmp_path_factory.mktemp("weeks")
    with Lake.open(Settings(home=home)) as lake:
        store = lake.store("sentiment")
        for day, sizes, right in ((MONDAY, (100, 100), (18, 12)), (NEXT, (40, 160), (16, 14))):
            for channel, size, count in zip(CHANNELS, sizes, right, strict=True):
                names = [f"{day}-{channel}-{at}" for at in range(size)]
                made = [{"event_id": name, "attributes": {"channel": channel}, "model": "m1"} for name in names]
                add_events(store, day, [row | {"model": "m2" if day == NEXT else "m1"} for row in made])
                add_sample(store, day, channel, size, names[:20])
                add_truth(store, {name: "good" if at < count else "bad" for at, name in enumerate(names[:20])})
        add_release(store, 1)
        score(store, SLICED)
        store.commit("revised", lambda writer: writer.replace(GROUND_TRUTH, _revised(store)))
        add_release(store, 2)
        score(store, SLICED)
    return home


def _revised(store: Store) -> pl.DataFrame:
    wrong = [f"item of {MONDAY}-web-{at}" for at in (18, 19)]
    said = pl.when(pl.col("item_id").is_in(wrong)).then(pl.lit('"good"')).otherwise("answer")
    return store.read("SELECT * FROM ground_truth").with_columns(answer=said)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=home)) as lake:
        yield lake.store("sentiment")


def parts(found: Why) -> dict[str, float]:
    assert sum(part.value for part in found.parts) == pytest.approx(found.difference, abs=1e-9)
    return {part.name: round(part.value, 6) for part in found.parts}


def test_two_weeks_differ_by_mix_and_model(store: Store) -> None:
    found = why(store, SLICED, FIRST, SECOND, metric="accuracy")
    assert (found.first.estimate, found.second.estimate) == pytest.approx((0.8, 0.72))
    # right 10 and 6 of 10, then 8 and 7: half and half, then one to four
    assert parts(found) == {"labels": 0, "mix": round(-0.3 * 0.9 + 0.3 * 0.65, 6), "model": -0.005, "noise": 0}
    assert (found.cells, found.told, found.remarks) == (2, True, ())
    assert latest_weeks(store, "accuracy", "*") == (FIRST, SECOND)


def test_two_releases_differ_by_labels_and_with_the_week_by_all(store: Store) -> None:
    before = Side(scope="week", period=MONDAY.isoformat(), release=1)
    assert parts(why(store, SLICED, before, FIRST, metric="accuracy")) == {
        "labels": 0.05, "mix": 0, "model": 0, "noise": 0,
    }  # fmt: skip
    assert parts(why(store, SLICED, FIRST, before, metric="accuracy"))["labels"] == -0.05
    found = parts(why(store, SLICED, before, SECOND, metric="accuracy"))
    assert found["labels"] == 0.025  # of the second week's labels none is older
    by_models = why(store, SLICED, Side(release=1, model="m1"), Side(release=2, model="m2"), metric="accuracy")
    assert parts(by_models) == found


def test_the_same_events_may_be_on_both_sides(store: Store) -> None:
    grown = parts(why(store, SLICED, FIRST, Side(release=2), metric="accuracy"))
    first, both = (1.0, 0.6), ((100 + 40 * 0.8) / 140, (60 + 160 * 0.7) / 260)
    assert grown["mix"] == pytest.approx(0.15 * ((first[1] + both[1]) - (first[0] + both[0])) / 2, abs=1e-6)
    assert grown["noise"] == 0


def test_what_cannot_be_told_apart_is_told_together(store: Store) -> None:
    plain = project()
    found = why(store, plain, FIRST, SECOND, metric="accuracy")
    assert parts(found)["mix"] == 0
    assert found.remarks == (
        "no slices are declared, so the mix is that of drift alone: declare benchmark.slices to be told more",
    )
    days = (Side(scope="day", period=day.isoformat(), release=2) for day in (MONDAY, NEXT))
    assert parts(why(store, SLICED, *days, metric="accuracy")) == parts(
        why(store, SLICED, FIRST, SECOND, metric="accuracy")
    )


@pytest.mark.parametrize(
    ("side", "metric", "says"),
    [
        (Side(release=9), "accuracy", "release 9 was not scored; scored are 1, 2"),
        (Side(release=2, model="m9"), "accuracy", "no score is of model 'm9'; there are \\*, m1, m2"),
        (
            Side(scope="week", period="2025-01-06", release=2),
            "accuracy",
            "no week has that score; there are 2026",
        ),
        (Side(release=2), "f1", "there is no score of f1; there are accuracy"),
    ],
)
def test_a_score_that_there_is_not_is_named_beside_those_there_are(
    store: Store, side: Side, metric: str, says: str
) -> None:
    with pytest.raises(WhyError, match=says):
        why(store, SLICED, side, SECOND, metric=metric)


def test_what_somebody_writes_names_a_score() -> None:
    assert side_of("week:2026-01-05@v1.2/m 2") == ({"model": "m 2", "scope": "week", "period": "2026-01-05"}, "v1.2")
    assert side_of("") == side_of("all") == ({"model": "*"}, None)
    for written in ("monthly", "week:5 May", "week:2026-13-05"):
        with pytest.raises(WhyError, match="week:2026-01-05@3/v2"):
            side_of(written)


def test_it_is_asked_on_the_command_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home / "projects" / "sentiment"
    folder.mkdir(parents=True)
    declared = json.loads(SLICED.model_dump_json(exclude_unset=True))
    (folder / "project.yaml").write_text(yaml.safe_dump(declared))
    (folder / "guidelines.md").write_text("Read it.")
    monkeypatch.setenv("GT_HOME", str(home))
    monkeypatch.setenv("GT_PROJECTS", str(home / "projects"))
    told = CliRunner().invoke(app, ["why", "-f", "jsonl"])
    assert told.exit_code == 0, told.output
    rows = {row.pop(""): row for row in map(json.loads, told.stdout.splitlines())}
    assert rows["difference"]["estimate"] == pytest.approx(-0.08)
    assert rows["the traffic's mix"]["estimate"] == pytest.approx(-0.075)
    one = CliRunner().invoke(app, ["why", "--from", "all"])
    assert one.exit_code == 1
    assert "name both scores" in one.output
