"""A night without news leaves scores as they are; whatever they follow from has them computed anew."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from gt_platform.benchmark import score
from gt_platform.benchmark.computed import Basis
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import SCORES, WATCHES
from gt_platform.project import Project
from tests.benchmark.labels import add_release, add_truth, labeled_day
from tests.sampling.rows import MONDAY, add_events, project

STRANGE = 0.123
"""What no computation gives: scores that have it were left alone."""


@pytest.fixture
def scored(store: Store) -> Store:
    """Scores that were computed, and put in others' place."""
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_release(store)
    score(store, project())
    basis = Basis.now(store, project(), SCORES.name)
    strange = store.read("FROM scores").with_columns(estimate=pl.lit(STRANGE))

    def computed(writer: Writer) -> None:
        writer.replace(SCORES, strange)
        basis.note(writer)

    store.commit("strange", computed)
    return store


def left_alone(store: Store, declared: Project) -> bool:
    before = score(store, declared)
    estimates = store.read("SELECT DISTINCT estimate FROM scores WHERE estimate IS NOT NULL")["estimate"].to_list()
    assert (before.written == 0) == (estimates == [STRANGE])
    return estimates == [STRANGE]


def test_nothing_new_leaves_them_alone_and_says_the_same(scored: Store) -> None:
    at = scored.snapshot_id
    found = score(scored, project())
    assert left_alone(scored, project())
    assert (found.release, found.rows, found.written) == (1, 18, 0)
    assert found.headline is not None
    assert found.headline["estimate"] == STRANGE
    assert scored.snapshot_id == at


@pytest.mark.parametrize(
    "news",
    [
        lambda store: add_truth(store, {"late": "good"}),
        lambda store: add_events(store, MONDAY, [{"event_id": "late"}]),
        lambda store: add_release(store, 2),
        lambda store: store.commit("somebody's", lambda writer: writer.replace(SCORES, SCORES.frame([]))),
    ],
)
def test_whatever_was_written_has_them_computed_anew(scored: Store, news: Callable[[Store], object]) -> None:
    news(scored)
    assert not left_alone(scored, project())
    at = scored.snapshot_id
    score(scored, project())
    assert scored.snapshot_id == at


def test_another_declaration_has_them_computed_anew(scored: Store) -> None:
    assert not left_alone(scored, project(benchmark={"metrics": ["accuracy", "f1"], "slices": []}))


def test_other_software_has_them_computed_anew(scored: Store) -> None:
    older = replace(Basis.now(scored, project(), SCORES.name), computed_by="an older version")
    scored.commit("older", older.note)
    assert not left_alone(scored, project())


def test_what_is_made_of_scores_is_no_news(scored: Store) -> None:
    row = {"frame_day": MONDAY, "watched": "volume", "of": "*", "verdict": "reference", "n": 1, "n_reference": 1}
    scored.commit("watched", lambda writer: writer.append(WATCHES, WATCHES.frame([row | {"inputs": "i"}])))
    assert left_alone(scored, project())
