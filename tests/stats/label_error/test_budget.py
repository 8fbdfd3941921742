"""What a budget buys where labels err."""

import pytest

from gt_platform.stats.label_error.budget import Prices, Spending, best, buys, half_width, least_budget
from gt_platform.stats.label_error.outlook import Assumed, Outlook, outlook

PRICES = Prices(annotator=1, expert=8)


def usual(annotators: float = 0.85, hard: float = 0.0) -> Outlook:
    return outlook(Assumed(model=0.9, annotators=annotators, hard=hard))


def test_cells_are_what_the_chances_make() -> None:
    cells = usual()
    # split and unanimous, against and with the output
    assert cells.share.sum() == pytest.approx(1)
    split, all_ = 3 * 0.85**2 * 0.15, 0.85**3
    wrong, allwrong = 3 * 0.15**2 * 0.85, 0.15**3
    assert cells.share[3] == pytest.approx(all_ * 0.9 + allwrong * 0.1)
    error = allwrong * 0.1 / (all_ * 0.9 + allwrong * 0.1)
    assert cells.variance[3] == pytest.approx(error * (1 - error))
    seems = (split + all_) * 0.9 + (wrong + allwrong) * 0.1
    assert cells.stated == pytest.approx(seems)
    assert cells.open.tolist() == [True, True, False, False]
    assert (cells.asked <= cells.variance + 1e-12).all()
    assert cells.asked[0] < 0.6 * cells.variance[0]


def test_the_half_width_is_the_simulated_one() -> None:
    # tests.bench.label_error: 3.0 and 4.8 points for 800 items and 80 checks; its cells tell labels apart as well
    spending = Spending(items=800, answers=0, checks=80)
    assert half_width(usual(), spending) == pytest.approx(0.030, abs=0.002)
    assert half_width(outlook(Assumed(model=0.9, annotators=0.85, hard=0.2)), spending) == pytest.approx(
        0.048, abs=0.007
    )


def test_the_best_split_keeps_to_the_budget_and_beats_experts_alone() -> None:
    cells = usual()
    spent = best(cells, PRICES, 3000)
    assert spent is not None
    assert 2950 < spent.cost(cells, PRICES) <= 3000
    width = half_width(cells, spent)
    assert width is not None
    assert width < 0.0304  # of 375 experts' answers
    for other in (Spending(items=900, answers=0, checks=37), Spending(items=400, answers=0, checks=225)):
        assert width <= (half_width(cells, other) or 1)


def test_dear_experts_are_asked_less() -> None:
    cells = usual()
    cheap, dear = (best(cells, Prices(annotator=1, expert=price), 6000) for price in (2, 30))
    assert cheap is not None
    assert dear is not None
    assert dear.checks / dear.items < 0.5 * cheap.checks / cheap.items


def test_more_of_anything_narrows() -> None:
    cells = usual(0.7, hard=0.1)
    spent = Spending(items=400, answers=0, checks=100)
    now = half_width(cells, spent)
    assert now is not None
    found = buys(cells, PRICES, spent, 80)
    assert list(found) == ["new items", "further answers", "expert checks"]
    assert all(then is not None and then < now for then in found.values())


def test_the_least_budget_reaches_the_half_width() -> None:
    cells = usual()
    budget = least_budget(cells, PRICES, 0.03)
    assert budget is not None
    spent, less = best(cells, PRICES, budget), best(cells, PRICES, 0.97 * budget)
    assert spent is not None
    assert less is not None
    assert (half_width(cells, spent) or 1) <= 0.03 < (half_width(cells, less) or 1)


def test_too_little_makes_no_interval() -> None:
    cells = usual()
    assert half_width(cells, Spending(items=800, answers=0, checks=9)) is None
    assert half_width(cells, Spending(items=5, answers=0, checks=5)) is None
    assert best(cells, PRICES, 50) is None


def test_chances_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match=r"annotators right on 0\.5"):
        outlook(Assumed(model=0.9, annotators=0.5))
