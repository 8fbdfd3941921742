"""Splits: of their size, by group, in proportion, and nobody moves."""

from collections import Counter

from gt_platform.held_out.draw import Candidate, draw

SIZES = {"evaluation": 30, "test": 100}
STRATA = {"a": 700, "b": 250, "c": 50}
ITEMS = [
    Candidate(item_id=f"{stratum}{at:03}", group=f"{stratum}{at // 2 * 2:03}" if at % 10 < 2 else f"{stratum}{at:03}",
              stratum=stratum)
    for stratum, count in STRATA.items() for at in range(count)
]  # fmt: skip


def drawn(items: list[Candidate], **sizes: int) -> dict[str, str]:
    return draw(items, SIZES | sizes, "train", seed="s")


def frozen(items: list[Candidate], found: dict[str, str]) -> list[Candidate]:
    return [Candidate(item_id=one.item_id, group=one.group, stratum=one.stratum, frozen=found[one.item_id])
            for one in items]  # fmt: skip


def test_splits_have_their_size_and_every_stratum_its_share() -> None:
    found = drawn(ITEMS)
    assert Counter(found.values()) == {"evaluation": 30, "test": 100, "train": 870}
    shares = Counter((found[one.item_id], one.stratum) for one in ITEMS)
    for split, size in SIZES.items():
        for stratum, count in STRATA.items():
            assert abs(shares[split, stratum] - size * count / 1000) <= 2, (split, stratum)


def test_no_group_is_in_two_splits_whatever_the_order() -> None:
    found = drawn(ITEMS)
    assert all(found[one.item_id] == found[one.group] for one in ITEMS)
    assert drawn(ITEMS[::-1]) == found
    assert drawn(ITEMS, test=99) != found


def test_what_is_frozen_stays_and_new_items_fill_what_is_wanting() -> None:
    first = drawn(ITEMS[:400])
    kept = frozen(ITEMS[:400], first)
    found = drawn([*kept, *ITEMS[400:]])
    assert {item: found[item] for item in first} == first
    assert Counter(found.values()) == {"evaluation": 30, "test": 100, "train": 870}
    larger, smaller = drawn([*kept, *ITEMS[400:]], test=150), drawn([*kept, *ITEMS[400:]], test=50)
    assert Counter(larger.values())["test"] == 150
    assert Counter(smaller.values())["test"] == 100  # nobody leaves
    assert {item: smaller[item] for item in first} == first


def test_a_new_near_duplicate_goes_where_its_group_is_frozen() -> None:
    found = drawn(ITEMS)
    kept = frozen(ITEMS, found)
    tested = next(one for one in kept if one.frozen == "test")
    late = Candidate(item_id="late", group=tested.group, stratum="a")
    assert drawn([*kept, late])["late"] == "test"


def test_of_groups_that_merged_both_stay_and_new_ones_are_held_out() -> None:
    merged = [
        Candidate(item_id="1", group="1", stratum="", frozen="train"),
        Candidate(item_id="2", group="1", stratum="", frozen="test"),
        Candidate(item_id="3", group="1", stratum=""),
    ]
    assert draw(merged, {"test": 1}, "train", seed="s") == {"1": "train", "2": "test", "3": "test"}


def test_retired_items_keep_their_place_and_leave_room() -> None:
    gone = Candidate(item_id="gone", group="gone", stratum="", frozen="test", counts=False)
    item = Candidate(item_id="new", group="new", stratum="")
    assert draw([gone, item], {"test": 1}, "train", seed="s") == {"gone": "test", "new": "test"}
    assert draw([item, Candidate(item_id="no", group="no", stratum="", counts=False)], {"test": 2}, None, seed="s") == {
        "new": "test"
    }


def test_a_case_that_is_too_common_is_no_benchmark() -> None:
    template = [Candidate(item_id=f"t{at}", group="t0", stratum="") for at in range(50)]
    others = [Candidate(item_id=f"o{at}", group=f"o{at}", stratum="") for at in range(50)]
    found = draw([*template, *others], {"test": 40}, "train", seed="s")
    assert {found[one.item_id] for one in template} == {"train"}
    assert Counter(found.values())["test"] == 40
