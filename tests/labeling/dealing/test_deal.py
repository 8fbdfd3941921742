"""The deal: n answers per item from n people, whoever comes, goes, skips or is paused; honeypots at their share."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.labeling.dealing.deal import Deal, deal
from gt_platform.labeling.dealing.mixing import BLOCK, Mixing
from gt_platform.labeling.dealing.refs import ref_of
from gt_platform.labeling.dealing.seats import Annotator, Holding, Key, State
from gt_platform.labeling.messages import Assignment, Honeypot

LANGUAGES = ("language:de", "language:en")


def chance(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 16**8


def ask(items: int, overlap: int = 3, round_: int = 1, **more: Any) -> list[Assignment]:
    return [
        Assignment(
            assignment_id=f"a{item}.{slot}.{round_}", item_id=f"item {item}", slot=slot, input=f"text {item}", **more
        )
        for item in range(items)
        for slot in range(1, overlap + 1)
    ]


def pot(number: int, stratum: str = "s", exposures: int = 0) -> Honeypot:
    return Honeypot(
        honeypot_id=f"h{number}",
        item_id=f"honeypot item {number}",
        input=f"text {number}",
        truth=None,
        stratum=stratum,
        exposures=exposures,
    )


@dataclass
class Office:
    """What people hold, changed by deals and by what they do."""

    annotators: dict[str, Annotator] = field(default_factory=dict)
    number: int = 0

    def do(self, deal: Deal) -> None:
        for name, new in deal.given.items():
            self.give(name, new)
        for name, annotator in self.annotators.items():
            kept = tuple(held for held in annotator.holdings if held.key not in deal.taken_back)
            self.annotators[name] = replace(annotator, holdings=kept)

    def give(self, name: str, new: Sequence[Assignment | Honeypot]) -> None:
        for one in new:
            self.number += 1
            held = Holding(key=(1, self.number), ref=ref_of(one), state="open")
            self.annotators[name] = replace(self.annotators[name], holdings=(*self.annotators[name].holdings, held))

    def become(self, key: Key, state: State) -> None:
        for name, annotator in self.annotators.items():
            changed = tuple(replace(held, state=state) if held.key == key else held for held in annotator.holdings)
            self.annotators[name] = replace(annotator, holdings=changed)

    def holders(self) -> dict[str, list[tuple[str, Holding]]]:
        found: dict[str, list[tuple[str, Holding]]] = defaultdict(list)
        for name, annotator in self.annotators.items():
            for held in annotator.holdings:
                if held.ref.what == "work" and held.state != "given up":
                    found[held.ref.id].append((name, held))
        return found

    def texts(self, name: str) -> list[str]:
        return [held.ref.id for held in self.annotators[name].holdings]


def office(*names: str, **more: object) -> Office:
    return Office({name: Annotator(name=name, abilities=frozenset(LANGUAGES), **more) for name in names})  # type: ignore[arg-type]


def dealt(office: Office, waiting: Sequence[Assignment], **more: object) -> Deal:
    return deal(waiting, list(office.annotators.values()), chance=chance, **more)  # type: ignore[arg-type]


def check(office: Office, waiting: Sequence[Assignment]) -> None:
    """Nobody has anything they may not have, and nothing is asked of two."""
    asked = {one.assignment_id: one for one in waiting}
    for assignment_id, held_by in office.holders().items():
        still = [name for name, held in held_by if held.state == "open"]
        if assignment_id in asked:
            assert len(held_by) == 1, held_by
            assert all(set(asked[assignment_id].requires) <= office.annotators[name].abilities for name in still)
        else:
            assert still == []
    for annotator in office.annotators.values():
        items = Counter(held.ref.item for held in annotator.holdings)
        assert not items or max(items.values()) == 1
        assert not annotator.paused or not any(held.state == "open" for held in annotator.holdings)


@settings(deadline=None)
@given(data=st.data())
def test_nothing_is_asked_twice_or_forgotten_whatever_people_do(data: st.DataObject) -> None:
    overlap = data.draw(st.integers(1, 3))
    waiting = {one.assignment_id: one for one in ask(data.draw(st.integers(1, 8)), overlap)}
    for name in waiting:
        needs = data.draw(st.sampled_from([(), (), LANGUAGES[:1]]))
        waiting[name] = replace(waiting[name], requires=needs, priority=data.draw(st.integers(0, 2)))
    there = office("a", "b", "c", "d")
    there.annotators["d"] = Annotator(name="d", abilities=frozenset(LANGUAGES[1:]))
    pots = [pot(number) for number in range(data.draw(st.integers(0, 6)))]
    mixing = Mixing(0.2, 1)
    for _ in range(data.draw(st.integers(1, 4))):
        there.do(dealt(there, list(waiting.values()), honeypots=pots, mixing=mixing, steal=3))
        check(there, list(waiting.values()))
        again = dealt(there, list(waiting.values()), honeypots=pots, mixing=mixing, steal=3)
        assert (again.given, again.taken_back) == ({}, [])
        held = {name for name, by in there.holders().items() if name in waiting and by}
        assert waiting.keys() - held == {one.assignment_id for one in again.nobody}
        for name, annotator in there.annotators.items():
            for one in annotator.holdings:
                did = data.draw(st.sampled_from(["nothing", "answered", "given up"]))
                if one.state == "open" and did != "nothing":
                    there.become(one.key, "answered" if did == "answered" else "given up")
                    if did == "answered" and data.draw(st.booleans()):
                        waiting.pop(one.ref.id, None)  # collected
            paused, absent = data.draw(st.sampled_from([(False, False), (False, False), (True, False), (False, True)]))
            there.annotators[name] = replace(there.annotators[name], paused=paused, absent=absent)


def test_everybody_gets_as_much_and_the_urgent_first() -> None:
    there, waiting = office("a", "b", "c", "d"), ask(40)
    urgent = {f"a{item}.{slot}.1" for item in (7, 23) for slot in (1, 2, 3)}
    waiting = [replace(one, priority=int(one.assignment_id in urgent)) for one in waiting]
    there.do(dealt(there, waiting))
    given_to = [len(annotator.holdings) for annotator in there.annotators.values()]
    assert sum(given_to) == 120
    assert max(given_to) - min(given_to) <= 2
    firsts = [name for annotator in there.annotators for name in there.texts(annotator)[:2]]
    assert urgent <= set(firsts)


def test_an_absent_annotator_s_work_goes_to_whoever_runs_dry_and_to_nobody_else() -> None:
    there, waiting = office("a", "b", "c"), ask(40, 1)
    there.do(dealt(there, waiting))
    there.annotators["a"] = replace(there.annotators["a"], absent=True)
    assert dealt(there, waiting, steal=10) == Deal(given={}, taken_back=[], nobody=[])
    for held in there.annotators["b"].holdings[:9]:
        there.become(held.key, "answered")
    moved = dealt(there, waiting, steal=10)
    assert {name: len(given) for name, given in moved.given.items()} == {"b": 6}
    before = {held.key: held.ref.id for held in there.annotators["a"].holdings}
    assert {before[key] for key in moved.taken_back} == {one.assignment_id for one in moved.given["b"]}  # type: ignore[union-attr]
    there.do(moved)
    check(there, waiting)


def test_skipped_work_goes_to_somebody_else_and_never_back() -> None:
    there, waiting = office("a", "b"), ask(1, 1)
    there.do(dealt(there, waiting))
    (first,) = (name for name, annotator in there.annotators.items() if annotator.holdings)
    there.become(there.annotators[first].holdings[0].key, "given up")
    second = dealt(there, waiting)
    assert list(second.given) == [name for name in there.annotators if name != first]
    there.do(second)
    there.become(there.annotators[next(iter(second.given))].holdings[0].key, "given up")
    assert dealt(there, waiting) == Deal(given={}, taken_back=[], nobody=list(waiting))


def test_paused_people_keep_nothing_and_inactive_ones_get_nothing() -> None:
    there, waiting = office("a", "b", "c"), ask(10, 2)
    there.do(dealt(there, waiting))
    there.annotators["a"] = replace(there.annotators["a"], paused=True)
    changed = dealt(there, waiting)
    assert set(changed.taken_back) == {held.key for held in there.annotators["a"].holdings}
    there.do(changed)
    assert there.annotators["a"].holdings == ()
    check(there, waiting)


def test_of_two_tasks_for_the_same_the_answered_or_older_one_stays() -> None:
    there, waiting = office("a"), ask(2, 1)
    there.give("a", [waiting[0], waiting[0], waiting[1], waiting[1]])
    there.become((1, 4), "answered")
    assert dealt(there, waiting) == Deal(given={}, taken_back=[(1, 2), (1, 3)], nobody=[])


def test_two_who_hold_the_same_keep_it_with_whoever_answered_or_is_there() -> None:
    there, waiting = office("a", "b"), ask(1, 1)
    for name in ("a", "b"):
        there.give(name, waiting)
    there.annotators["a"] = replace(there.annotators["a"], absent=True)
    assert dealt(there, waiting).taken_back == [(1, 1)]
    there.become((1, 1), "answered")
    assert dealt(there, waiting).taken_back == [(1, 2)]


def test_newer_guidelines_ask_the_same_people_again_but_once() -> None:
    there = office("a", "b", "c")
    there.do(dealt(there, ask(5)))
    for annotator in list(there.annotators.values()):
        for held in annotator.holdings:
            there.become(held.key, "answered")
    again = ask(5, round_=2)
    first = [one for one in again if one.slot < 3]
    there.do(dealt(there, first))
    for annotator in list(there.annotators.values()):
        for held in annotator.holdings:
            there.become(held.key, "answered")
    rest = dealt(there, [one for one in again if one.slot == 3])
    assert rest.nobody == []
    there.do(rest)
    for annotator in there.annotators.values():
        assert sorted(Counter(held.ref.item for held in annotator.holdings).values()) == [2] * 5


def test_withdrawn_assignments_and_retired_honeypots_are_taken_back() -> None:
    there, waiting = office("a"), ask(30, 1)
    there.do(dealt(there, waiting, honeypots=[pot(1), pot(2)], mixing=Mixing(0, 2)))
    keys = {held.ref.id: held.key for held in there.annotators["a"].holdings}
    kept = [one for one in waiting if one.assignment_id != "a7.1.1"]
    found = dealt(there, kept, honeypots=[pot(1)], mixing=Mixing(0, 2))
    assert set(found.taken_back) == {keys["a7.1.1"], keys["h2"]}


def test_a_queue_is_no_longer_than_declared() -> None:
    there, waiting = office("a", "b"), ask(30, 1)
    there.do(dealt(there, waiting, queue=10))
    assert [len(annotator.holdings) for annotator in there.annotators.values()] == [10, 10]
    assert dealt(there, waiting, queue=10) == Deal(given={}, taken_back=[], nobody=[])


def test_honeypots_come_soon_for_a_newcomer_and_then_at_their_share() -> None:
    there, waiting = office("a", "b"), ask(1000, 1)
    pots = [pot(number, f"stratum {number % 3}") for number in range(80)]
    for at in range(0, 1000, 100):
        there.do(dealt(there, waiting[: at + 100], honeypots=pots, mixing=Mixing(0.1, 5)))
    for annotator in there.annotators.values():
        what = [held.ref.what for held in annotator.holdings]
        assert what[:BLOCK].count("honeypot") >= 5
        assert what[:5] != ["honeypot"] * 5
        share = what[BLOCK:].count("honeypot") / len(what[BLOCK:])
        assert 0.08 < share < 0.12
        gaps = Counter(b - a for a, b in zip(places(what), places(what)[1:], strict=False))
        assert len(gaps) > 8, "their places can be foreseen"
        shown = [held.ref.id for held in annotator.holdings if held.ref.what == "honeypot"]
        assert len(shown) == len(set(shown))
        strata = Counter(int(name[1:]) % 3 for name in shown)
        assert max(strata.values()) - min(strata.values()) <= 1
        assert what[-1] == "work"


def test_order_does_not_tell_a_newcomers_honeypots() -> None:
    names = [f"ann {number}" for number in range(40)]
    there = office(*names)
    there.do(dealt(there, ask(40 * 30, 1), honeypots=[pot(number) for number in range(80)], mixing=Mixing(0.1, 5)))
    early = []
    for annotator in there.annotators.values():
        what = [held.ref.what for held in annotator.holdings][:BLOCK]
        early += [a < b for a in range(BLOCK) for b in range(BLOCK) if what[a] == "honeypot" and what[b] == "work"]
    assert 0.45 < sum(early) / len(early) < 0.55


def places(what: Sequence[str]) -> list[int]:
    return [at for at, one in enumerate(what) if one == "honeypot" and at >= BLOCK]


def test_the_least_shown_honeypot_comes_next() -> None:
    there = office("a")
    pots = [pot(1, exposures=7), pot(2, exposures=2), pot(3, exposures=4)]
    there.do(dealt(there, ask(5, 1), honeypots=pots, mixing=Mixing(0, 2)))
    assert [text for text in there.texts("a") if text.startswith("h")] == ["h2", "h3"]


def test_no_honeypot_of_an_item_the_person_has() -> None:
    there, waiting = office("a"), ask(3, 1)
    same = replace(pot(1), item_id="item 1")
    there.do(dealt(there, waiting, honeypots=[same], mixing=Mixing(0.5, 5)))
    assert "h1" not in there.texts("a")
    fresh = office("a")
    fresh.give("a", [same])
    assert [one.assignment_id for one in dealt(fresh, waiting, honeypots=[same]).nobody] == ["a1.1.1"]


def test_what_was_taken_over_from_somebody_absent_lets_them_have_another_of_the_item() -> None:
    """Else there was nobody for it, until the next deal."""
    there = office("a", "c")
    waiting = [replace(one, requires=LANGUAGES[:1] if one.slot == 2 else ()) for one in ask(1, 2)]
    there.annotators["a"] = Annotator(name="a", abilities=frozenset())
    there.give("c", waiting[:1])
    there.annotators["c"] = replace(there.annotators["c"], absent=True)
    made = dealt(there, waiting, steal=3)
    assert (made.given, made.nobody) == ({"a": waiting[:1], "c": waiting[1:]}, [])
    there.do(made)
    assert dealt(there, waiting, steal=3).given == {}
