"""Truth that grows old is asked again, the oldest first, and stands meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gt_platform import checks, truth
from gt_platform.labeling import collect, expired
from gt_platform.labeling.expiry import ask_expired
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.truth import Correction
from tests.labeling.conftest import Sample
from tests.labeling.people import START, People
from tests.support.sentiment import declare, item_of

LATER = START + timedelta(days=100)
TEXTS = ["one", "two", "three"]
Kept = Callable[[Any], Project]


@pytest.fixture
def kept(tmp_path: Path, store: Store, ask: Sample) -> Kept:
    """Three settled items, the last of them on the web, in a project whose truth is kept up so."""

    def make(expires_after: Any) -> Project:
        upheld = {"is": "annotators", "expires_after": expires_after}
        project = declare(tmp_path, truth=upheld, sampling={"budget": 2})
        people = People({name: lambda _: "positive" for name in ("ann", "bob", "cat")})
        ask(project, people, TEXTS[:2])
        ask(project, people, TEXTS[2:], attributes='{"channel":"web"}')
        people.work()
        collect(store, project, backend=people)
        settle(store, project)
        return project

    return make


def settle(store: Store, project: Project) -> None:
    truth.settle(store, project)
    truth.fold(store, project)


def too_old(store: Store, project: Project, now: datetime) -> set[str]:
    known = {item_of(text): text for text in TEXTS}
    return {known[item] for item in expired(store, project, now)["item_id"]}


@pytest.mark.slow
def test_what_nobody_said_for_longer_is_asked_again_as_much_as_a_frame_has_drawn(store: Store, kept: Kept) -> None:
    project = kept("90d")
    assert (project.truth, too_old(store, project, START + timedelta(days=80))) == ("annotators", set())
    assert too_old(store, project, LATER) == set(TEXTS)
    assert store.commit("asked", lambda writer: ask_expired(writer, project, LATER)) == 2 * 3
    assert store.commit("asked", lambda writer: ask_expired(writer, project, LATER)) == 0
    assert expired(store, project, LATER)["asked"].sum() == 2
    people = People({name: lambda _: "negative" for name in ("dan", "eve", "fay")})
    settle(store, project)
    assert store.read("SELECT DISTINCT answer ->> '$' FROM ground_truth").item() == "positive"
    collect(store, project, backend=people)
    people.work()
    collect(store, project, backend=people)
    settle(store, project)
    assert sorted(store.read("SELECT answer ->> '$' FROM ground_truth").to_series()) == [
        "negative", "negative", "positive",
    ]  # fmt: skip


@pytest.mark.slow
def test_slices_expire_by_themselves_and_a_correction_makes_young(store: Store, kept: Kept) -> None:
    project = kept({"channel=web": "90d"})
    assert too_old(store, project, LATER) == {"three"}
    truth.correct(store, project, [Correction(item_of("three"), "neutral", "a rule")], actor="lee")
    assert too_old(store, project, datetime.now(UTC) + timedelta(days=89)) == set()
    assert too_old(store, project, datetime.now(UTC) + timedelta(days=91)) == {"three"}


@pytest.mark.slow
def test_the_check_says_how_many(store: Store, kept: Kept) -> None:
    found = checks.expired(store, kept("90d"))  # the answers are of January
    assert (found.verdict, found.said) == ("fail", "3 items have truth that is too old, 0 of them are asked again")
    for fine in ({"*": "9000d"}, None):
        upheld = declare(Path("unread"), truth={"expires_after": fine})
        assert checks.expired(store, upheld).verdict == "pass"
