"""What made annotators disagree is told from their answers, or that they do not say."""

import numpy as np
import pytest
from numpy.typing import NDArray

from gt_platform.stats.disagreement import UNKNOWN, Disagreement, Given, disagreements
from gt_platform.stats.disagreement.causes import CAUSES
from gt_platform.stats.disagreement.given import at_odds, pairs_at_odds
from tests.bench.causes import World, dealt

FLAWLESS = {"items": 400, "annotators": 8, "answers": 4, "labels": 3, "slip": 0.05, "hard": 0.5, "again": 1.0}
FLAWLESS |= {"versions": 2, "strength": 0.9, "ruled": 0.5, "settles": False}


def planted(cause: str, seed: int = 1, **changes: float) -> Given:
    return World(rng=np.random.default_rng(seed), cause=cause, **(FLAWLESS | changes)).given()  # type: ignore[arg-type]


def between(given: Given, pair: tuple[int, int] = (0, 1)) -> Disagreement:
    return next(one for one in disagreements(given) if one.pair == pair)


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause != "insufficient_evidence"])
def test_each_cause_is_named_where_the_evidence_is_there_and_not_where_it_is_not(cause: str) -> None:
    found = {one.pair: one.cause for one in disagreements(planted(cause))}
    assert found.pop((0, 1)) == cause
    assert set(found.values()) == {"insufficient_evidence"}
    few = between(planted(cause, items=30, again=0.0, ruled=0.0, versions=1))
    assert few.cause == "insufficient_evidence"


def test_who_departs_is_named_and_nobody_once_each_items_answers_are_dealt_anew() -> None:
    one = World(rng=np.random.default_rng(3), cause="misunderstanding", **FLAWLESS)  # type: ignore[arg-type]
    given = one.given()
    (who,) = between(given).departing
    assert who.annotator == one.mistaken
    assert who.share.low > 0.7 > 0.2 > who.others.high
    assert not [who for found in disagreements(dealt(given, np.random.default_rng(1))) for who in found.departing]
    shown = [given.annotator[given.item == item].tolist() for item in between(given).examples]
    assert len(shown) == 5
    assert all(one.mistaken in asked for asked in shown)


def codes(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def test_what_is_counted_by_hand() -> None:
    """Item 0: a a b, its ruling b; item 1: a b under an older version and a c under a newer; the last is a repeat."""
    given = Given(
        item=codes(0, 0, 0, 1, 1, 1, 1, 0),
        version=codes(0, 0, 0, 0, 0, 1, 1, 0),
        annotator=codes(0, 1, 2, 0, 1, 0, 1, 2),
        label=codes(0, 0, 1, 0, 1, 0, 2, 0),
        truth=codes(1, UNKNOWN),
    )
    a_b, a_c = (0, 1), (0, 2)
    # of item 0 with its ruling four of six pairs differ; of item 1 the only one, twice
    assert dict(pairs_at_odds(given)) == pytest.approx({a_b: 100 * (4 / 6 + 1) / 3, a_c: 100 / 3})
    found, repeats = at_odds(given, a_b)
    assert found.mates.tolist() == [2, 2, 2, 1, 1, 0]
    assert found.majority.tolist() == [UNKNOWN, UNKNOWN, 0, 1, 0, UNKNOWN]
    assert found.disagreement() == pytest.approx(6 / 8)
    assert (repeats.first.tolist(), repeats.changed.tolist()) == ([2], [True])


def test_nothing_is_at_odds_where_nothing_was_answered() -> None:
    nothing = codes()
    assert disagreements(Given(item=nothing, version=nothing, annotator=nothing, label=nothing, truth=nothing)) == ()
