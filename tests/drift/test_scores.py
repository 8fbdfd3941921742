"""Row scores: an out-of-fold domain classifier."""

import hashlib

import numpy as np
import polars as pl
import pytest

from gt_platform.drift.scores import score_rows

WORDS = [f"word{number}" for number in range(60)]
NAMES = ("number", "level", "gone")


def number_of(text: str) -> int:
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[:8], "big")


def frame(name: str, rows: int, *, seed: int, first_word: int = 0, shift: float = 0.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    ids = [f"{name}-{number:04}" for number in range(rows)]
    texts = [" ".join(rng.choice(WORDS[first_word : first_word + 30], 8)) for _ in ids]
    return pl.DataFrame(
        {
            "event_id": ids,
            "position": pl.Series([number_of(i) for i in ids], dtype=pl.UInt64),
            "fold": pl.Series([number_of(text) for text in texts], dtype=pl.UInt64),
            "text": texts,
            "number": rng.normal(shift, size=rows),
            "level": rng.choice(["a", "b"], rows),
            "gone": pl.Series([None] * rows, dtype=pl.Float64),
        }
    )


REFERENCE = frame("r", 300, seed=1)


def test_what_is_unlike_the_reference_scores_high() -> None:
    current = pl.concat([frame("like", 60, seed=2), frame("words", 60, seed=3, first_word=30)])
    scores = score_rows(REFERENCE, current, NAMES)
    assert scores.shape == (120,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores[60:].min() > scores[:60].max()


def test_numbers_and_missing_values_count_too() -> None:
    like, shifted = frame("like", 60, seed=2), frame("shifted", 60, seed=3, shift=4)
    without = frame("without", 60, seed=4).with_columns(number=pl.lit(None, dtype=pl.Float64))
    scores = score_rows(REFERENCE, pl.concat([like, shifted, without]), NAMES).reshape(3, 60).mean(axis=1)
    assert scores[1] > scores[0] + 0.2
    assert scores[2] > scores[0] + 0.2


def test_without_drift_nothing_stands_out() -> None:
    scores = score_rows(REFERENCE, frame("like", 200, seed=2), NAMES)
    assert 0.3 < scores.mean() < 0.6
    assert scores.max() < 0.9


def test_an_event_is_scored_by_a_model_that_saw_none_with_its_input() -> None:
    # one new input, repeated: in training it would give itself away, out of fold nothing is known about it
    current = frame("same", 80, seed=2).with_columns(text=pl.lit("unheard"), fold=pl.lit(3, dtype=pl.UInt64))
    same = current.with_columns(number=pl.lit(0.0), level=pl.lit("a"))
    assert set(score_rows(REFERENCE, same, NAMES)) == {0.5}  # no other fold holds a row of the frame


def test_the_order_of_rows_does_not_matter() -> None:
    current = frame("c", 150, seed=2, first_word=10)
    scores = dict(zip(current["event_id"], score_rows(REFERENCE, current, NAMES), strict=True))
    mixed = current.sample(fraction=1, shuffle=True, seed=4)
    again = score_rows(REFERENCE.sample(fraction=1, shuffle=True, seed=5), mixed, NAMES)
    assert dict(zip(mixed["event_id"], again, strict=True)) == scores


def test_all_rows_of_large_frames_are_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gt_platform.drift.scores.MOST_TRAINED", 100)
    monkeypatch.setattr("gt_platform.drift.scores.ROWS_AT_ONCE", 64)
    current = pl.concat([frame("like", 150, seed=2), frame("words", 150, seed=3, first_word=30)])
    scores = score_rows(REFERENCE, current, NAMES)
    assert scores[150:].mean() > scores[:150].mean() + 0.3
    assert 0.5 not in scores
