"""Parts that are worse are found on one half, so that the other half may say how much."""

import numpy as np
import pytest

from gt_platform.benchmark.parts import parts, questions

N = 600
CHANNEL = ["web" if at % 3 else "app" for at in range(N)]
LENGTH: list[float | None] = [float(at % 100) for at in range(N)]
SEEN = np.arange(N) % 2 == 0


def test_questions_are_about_levels_and_deciles() -> None:
    asked = questions({"channel": CHANNEL, "length": LENGTH, "note": [None] * N}, SEEN)
    assert [one.yes for one in asked if one.of == "channel"] == ["channel = app", "channel = web"]
    assert [(one.yes, one.no) for one in asked if one.of == "note"] == [("no note", "note")]
    lengths = [one for one in asked if one.of == "length"]
    assert len(lengths) == 9
    assert [int(one.holds.sum()) for one in lengths] == sorted((int(one.holds.sum()) for one in lengths), reverse=True)
    (missing, *_) = questions({"length": [None, *LENGTH[1:]]}, SEEN)
    assert not missing.holds[0]


def test_a_part_that_is_worse_is_found_and_told_by_its_tightest_bounds() -> None:
    pairs = zip(CHANNEL, LENGTH, strict=True)
    worse = np.array([channel == "app" and float(length or 0) > 50 for channel, length in pairs])
    value = np.where(worse, 1.0, 0.1)
    found = parts(questions({"channel": CHANNEL, "length": LENGTH}, SEEN), value, np.ones(N), SEEN)
    (part,) = [one for one in found if value[one.member].mean() > 0.9]
    assert part.words[0].startswith("channel")
    assert sum(word.startswith("length >") for word in part.words) == 1
    assert (np.sum([one.member for one in found], axis=0) == 1).all()


def test_where_nothing_parts_them_there_is_no_part() -> None:
    assert parts(questions({"channel": ["web"] * N}, SEEN), np.ones(N), np.ones(N), SEEN) == []
    assert parts([], np.ones(N), np.ones(N), SEEN) == []


def test_parts_found_in_noise_are_no_worse_on_the_other_half() -> None:
    apart = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        value = (rng.random(N) < 0.3).astype(np.float64)
        found = parts(questions({"channel": CHANNEL, "length": LENGTH}, SEEN), value, np.ones(N), SEEN)
        worst = max(found, key=lambda one: float(value[one.member & SEEN].mean()))
        apart.append([value[worst.member & half].mean() - value[half].mean() for half in (SEEN, ~SEEN)])
    told, honest = np.mean(apart, axis=0)
    assert told > 0.1
    assert honest == pytest.approx(0.0, abs=0.03)
