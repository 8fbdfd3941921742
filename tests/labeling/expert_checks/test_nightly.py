"""Nights of drawing: the budget is kept, every chance is known, and experts see most of where they change most."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from gt_platform.labeling.expert_checks.nightly import CATCH_UP, Item, budget, tonight
from gt_platform.project import ExpertCheck, Project
from tests.support.sentiment import declare

DECLARED = ExpertCheck(budget=4, floor=2)
FIRST = date(2026, 1, 5)
PATTERNS = {"unanimous": 0.6, "split": 0.3, "undecided": 0.1}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return declare(tmp_path_factory.mktemp("home"))


def arriving(name: str, night: int, count: int = 40) -> list[Item]:
    """Items of one night; experts change the split ones in a third, and no others."""
    random, found = Random(f"{name} {night}"), []
    for at in range(count):
        (pattern,) = random.choices(list(PATTERNS), list(PATTERNS.values()))
        consensus = None if pattern == "undecided" else '"negative"'
        found.append(
            {
                "item_id": f"{name} {night} {at}",
                "frame_day": FIRST + timedelta(days=night),
                "weight": random.choice([1.0, 16.0]),
                "pattern": pattern,
                "cell": pattern,
                "consensus": consensus,
                "output": '"positive"',
                "inclusion_probability": 0.0,
                "drawn": False,
                "answer": None,
            }
        )
    return found


def answered(item: Item) -> str:
    changes = item["pattern"] == "split" and Random(item["item_id"]).random() < 1 / 3
    return '"positive"' if changes else '"negative"'


def nights(project: Project, name: str, count: int) -> list[Item]:
    items: list[Item] = []
    for night in range(count):
        items += arriving(name, night)
        allowed = budget(DECLARED, items, sum(item["drawn"] for item in items), {})
        rate = tonight(project, DECLARED, items, allowed)
        for item, at in zip(items, rate, strict=True):
            item["inclusion_probability"] = max(item["inclusion_probability"], float(at))
            item["answer"] = answered(item) if item["drawn"] else None
    return items


def test_the_budget_is_met_to_the_item_and_goes_where_experts_change_most(project: Project) -> None:
    items = nights(project, "a", 14)
    drawn = [item for item in items if item["drawn"]]
    assert len(drawn) == 14 * DECLARED.budget
    share = {pattern: np.mean([item["drawn"] for item in items if item["pattern"] == pattern]) for pattern in PATTERNS}
    assert min(share["undecided"], share["split"]) > 2 * share["unanimous"] > 0


def test_every_item_drawn_had_its_chance_and_no_other_was_reached(project: Project) -> None:
    for item in nights(project, "b", 6):
        assert 0 < item["inclusion_probability"] <= 1
    items = nights(project, "b", 6)
    assert [item["drawn"] for item in items] == [item["drawn"] for item in nights(project, "b", 6)]


def test_what_is_drawn_speaks_for_all_by_its_chance(project: Project) -> None:
    ratios = {pattern: [] for pattern in PATTERNS}  # type: dict[str, list[float]]
    for at in range(30):
        items = nights(project, f"world {at}", 8)
        for pattern, found in ratios.items():
            mine = [item for item in items if item["pattern"] == pattern]
            spoken = sum(item["weight"] / item["inclusion_probability"] for item in mine if item["drawn"])
            found.append(spoken / sum(item["weight"] for item in mine))
    for found in ratios.values():
        error = np.std(found) / np.sqrt(len(found))
        assert abs(np.mean(found) - 1) < 0.05 + 3 * error


def test_a_night_without_a_new_frame_draws_nothing_and_many_days_at_once_catch_up() -> None:
    one = arriving("c", 0)
    assert budget(DECLARED, one, 4, {}) == 0
    many = [item for night in range(40) for item in arriving("c", night, 2)]
    assert budget(DECLARED, many, 0, {}) == CATCH_UP * DECLARED.budget
    assert budget(DECLARED, many, 130, {}) == 30
    assert budget(DECLARED, many, 170, {}) == 0


def test_nights_that_split_a_budget_draw_what_they_bought() -> None:
    items = [item for night in range(3) for item in arriving("d", night)]
    days = sorted({item["frame_day"] for item in items})
    assert budget(DECLARED, items, 0, {days[0]: 1, days[1]: 9}) == 10 + DECLARED.budget
