"""How a night splits its budget."""

from dataclasses import replace

import numpy as np
import pytest

from gt_platform.stats.label_error.budget import Prices, Spending, half_width
from gt_platform.stats.label_error.nightly import HORIZON, Bounds, split
from gt_platform.stats.label_error.outlook import Assumed, outlook

PRICES = Prices(annotator=1, expert=8)
BOUNDS = Bounds(budget=152, most_items=400, least_items=10, least_checks=2, floor=2)
NOTHING = Spending(items=0, answers=0, checks=0)
CELLS = outlook(Assumed(model=0.85, annotators=0.85))


def test_the_first_split_is_the_best_of_a_week_and_keeps_to_the_budget() -> None:
    found = split(CELLS, PRICES, BOUNDS, NOTHING, 0)
    assert BOUNDS.budget - 8 < found.tonight.cost(CELLS, PRICES) <= BOUNDS.budget
    assert found.half_width is not None
    fixed = half_width(CELLS, Spending(items=HORIZON * 40, answers=0, checks=HORIZON * 4), floor=2)
    assert fixed is not None
    assert found.half_width < 0.95 * fixed
    assert all(width is not None and width < found.half_width for width in found.more.values())


def test_what_earlier_nights_lack_is_made_good_without_going_to_the_extreme() -> None:
    usual = split(CELLS, PRICES, BOUNDS, NOTHING, 0).tonight
    few = split(CELLS, PRICES, BOUNDS, Spending(items=400, answers=0, checks=20), 10).tonight
    assert usual.checks < few.checks <= 2 * usual.checks
    many = split(CELLS, PRICES, BOUNDS, Spending(items=150, answers=0, checks=130), 10).tonight
    assert BOUNDS.least_checks <= many.checks < usual.checks


def test_checks_never_die_and_no_frame_is_without_items() -> None:
    sure = replace(CELLS, variance=np.zeros_like(CELLS.variance), asked=np.zeros_like(CELLS.asked))
    found = split(sure, PRICES, BOUNDS, Spending(items=4000, answers=0, checks=900), 30).tonight
    assert (found.checks, found.items) == (2, (152 - 16) // 3)
    dear = split(CELLS, Prices(annotator=1, expert=100), replace(BOUNDS, budget=330), NOTHING, 0).tonight
    assert dear.items >= 10
    assert dear.checks >= 2


def test_further_answers_are_bought_of_open_items_alone_and_a_small_frame_leaves_more_for_checks() -> None:
    closed = replace(CELLS, open=np.zeros_like(CELLS.open))
    assert split(closed, PRICES, BOUNDS, NOTHING, 0).tonight.answers == 0
    small = split(CELLS, PRICES, replace(BOUNDS, most_items=12), NOTHING, 0).tonight
    assert small.items == 12
    assert small.checks > split(CELLS, PRICES, BOUNDS, NOTHING, 0).tonight.checks


def test_a_budget_too_small_for_every_cell_looks_further_ahead() -> None:
    fine = replace(
        CELLS,
        share=np.repeat(CELLS.share, 10) / 10,
        variance=np.repeat(CELLS.variance, 10),
        asked=np.repeat(CELLS.asked, 10),
        open=np.repeat(CELLS.open, 10),
    )
    found = split(fine, PRICES, replace(BOUNDS, budget=50), NOTHING, 0)
    assert found.half_width is not None
    assert found.tonight.checks == pytest.approx(2)
