"""The review of a month: what it retires, releases, tags and notes, once."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from gt_platform.labeling import draw_retests
from gt_platform.lake.tables import ANNOTATIONS
from gt_platform.monthly import Month, ReviewError, noted, refuse, review
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.signing import SigningError
from gt_platform.truth import TruthError, fold, release, settle
from gt_platform.truth.tags import tag
from tests.support.released import answered
from tests.support.sentiment import declare
from tests.truth.answered import answer

NOW = Month.of(datetime.now(UTC).date())
BEFORE = Month.of(date(NOW.first.year - 1, 6, 1))
TODAY = NOW.after
RULES = [
    {"where": "answer = 'neutral'", "why": "nobody needs those"},
    {"where": "confidence > 2", "why": "there are none"},
    {"where": "answer = 'positive'", "why": "too many"},
]
START = date(NOW.first.year - 2, 1, 1)


def reviewing(home: Path, **upkeep: Any) -> Project:
    return declare(home, start=START, truth={"is": "annotators", "cadence": "monthly", **upkeep})


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty items that all agree on, two of them neutral, and one that nobody agrees on; released."""
    home = tmp_path_factory.mktemp("released")
    opened = Platform(Settings(home=home))
    store, project = opened.store(declare(home)), declare(home)
    answered(store, project, {f"t{n}": "neutral" if n < 2 else "positive" for n in range(40)})
    answer(store, project, "tie", ["positive", "neutral", "negative"])
    settle(store, project)
    fold(store, project)
    release(store, project, bundles=opened.files)
    opened.close()
    return home


@pytest.fixture
def platform(released: Path, tmp_path: Path) -> Iterator[Platform]:
    """On a home of its own."""
    shutil.copytree(released, tmp_path, dirs_exist_ok=True)
    opened = Platform(Settings(home=tmp_path))
    yield opened
    opened.close()


def test_a_month_retires_by_its_rules_releases_tags_and_notes_once(platform: Platform, tmp_path: Path) -> None:
    project = reviewing(tmp_path, retire=RULES)
    store = platform.store(project)
    found = review(platform, project, NOW, TODAY)
    assert (found.release, found.retired, found.new) == (2, 2, True)
    assert found.note == (
        f"Review of {NOW}: releases: 1 (+40 ~0 -0); waiting for a ruling: 1; retired by rule: 2; "
        "\"answer = 'positive'\" finds 38 of 40 items: too many to retire unseen."
    )
    told = store.read("SELECT DISTINCT actor, category, reason FROM decisions WHERE status = 'retired'").rows()
    assert told == [(f"monthly review {NOW.tag}", "outdated", "nobody needs those")]
    quarter = [NOW.quarter] if NOW.quarter else []
    tags = store.read("SELECT release, tags, notes FROM release_tags").rows()
    assert tags == [(2, ", ".join([*quarter, NOW.tag]), found.note)]
    at = store.digests()
    again = review(platform, project, NOW, TODAY)
    assert (again.release, again.note, again.new) == (2, found.note, False)
    assert store.digests() == at


def test_without_rules_nothing_is_retired_and_a_truth_that_stayed_keeps_its_release(
    platform: Platform, tmp_path: Path
) -> None:
    project = reviewing(tmp_path)
    found = review(platform, project, NOW, TODAY)
    assert (found.release, found.retired) == (1, 0)
    assert platform.store(project).read("SELECT count(*) FROM releases").item() == 1


def test_a_review_that_died_half_way_is_finished(platform: Platform, tmp_path: Path) -> None:
    project = reviewing(tmp_path, retire=RULES[:1])
    platform.close()
    keyless = Platform(Settings(home=tmp_path, signing_key=SecretStr("no key")))
    with pytest.raises(SigningError):
        review(keyless, project, NOW, TODAY)
    assert noted(keyless.store(project), NOW) is None
    keyless.close()
    found = review(platform, project, NOW, TODAY)
    assert (found.release, found.retired) == (2, 2)
    assert "retired by rule: 2" in found.note


def test_months_end_with_the_same_tags_in_whatever_order(platform: Platform, tmp_path: Path) -> None:
    project = reviewing(tmp_path, retire=RULES[:1])
    review(platform, project, NOW, TODAY)
    late = review(platform, project, BEFORE, TODAY)
    assert (late.release, late.retired) == (2, 0)  # as it would be, had it been reviewed first
    assert "caught up" in late.note
    tag(platform.store(project), "1", "v1", who="lee")  # a name of somebody's own is no month


def test_a_retest_that_came_to_another_truth_is_asked_anew(platform: Platform, tmp_path: Path) -> None:
    project = reviewing(tmp_path, retest=1.0, retest_after=1)
    store = platform.store(project)
    later = datetime(NOW.after.year + 1, 1, 1, tzinfo=UTC)
    assert draw_retests(store, project, later) == 10
    tried = store.read("SELECT assignment_id, item_id, truth FROM retests ORDER BY item_id")
    one = tried["item_id"][0]
    given = tried.select("assignment_id", "item_id").with_columns(
        annotator=tried["assignment_id"], answer=tried["truth"]
    )
    given = given.with_columns(
        answer=pl.when(pl.col("item_id") == one).then(pl.lit('"negative"')).otherwise("answer"),
        guideline_version=pl.lit(project.guideline_version),
        schema_version=pl.lit(project.schema_version),
        collected_at=pl.lit(datetime.now(UTC)),
    )
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, given))
    found = review(platform, project, NOW, TODAY)
    assert "another truth when asked again: 1, all asked anew" in found.note
    assert store.read("SELECT DISTINCT item_id FROM waiting_items").rows() == [(one,)]
    assert found.asked == 3


@pytest.mark.parametrize(
    ("month", "today", "told"),
    [
        (NOW, NOW.first, f"{NOW} is not over before {NOW.after}; it is reviewed then"),
        (Month(1999, 1), TODAY, f"sentiment starts on {START}; there is nothing of 1999-01 to review"),
    ],
)
def test_a_month_that_cannot_be_reviewed_is_a_sentence(tmp_path: Path, month: Month, today: date, told: str) -> None:
    with pytest.raises(ReviewError, match=told):
        refuse(reviewing(tmp_path), month, today)
    with pytest.raises(ReviewError, match="reviews no months; declare it"):
        refuse(declare(tmp_path), NOW, TODAY)


def test_a_rule_that_cannot_be_asked_stops_the_review_before_anything_is_done(
    platform: Platform, tmp_path: Path
) -> None:
    project = reviewing(tmp_path, retire=[RULES[0], {"where": "colour = 'red'", "why": "x"}])
    with pytest.raises(TruthError, match="the rule cannot be asked"):
        review(platform, project, NOW, TODAY)
    assert platform.store(project).read("SELECT count(*) FROM decisions WHERE status = 'retired'").item() == 0


def test_a_lake_without_truth_has_nothing_to_tag(tmp_path: Path) -> None:
    platform = Platform(Settings(home=tmp_path))
    found = review(platform, reviewing(tmp_path), NOW, TODAY)
    assert (found.release, found.new) == (None, False)
    platform.close()
