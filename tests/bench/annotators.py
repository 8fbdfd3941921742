"""Who is caught, and after how many answers: teams with bad members, followed evening by evening.

`python -m tests.bench.annotators caught [RUNS]` says when members are watched and paused, how often good ones are, and
what setting the answers of paused members aside does to the truth; `python -m tests.bench.annotators copiers [RUNS]`
compares what may be done with the answers of two who make the same mistakes.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators import Levels, Profile, answers, profiles
from gt_platform.stats.consensus.settle import ABSTAINS, settle
from gt_platform.stats.consensus.votes import votes

Codes = NDArray[np.int64]

ITEMS, A_DAY, HONEYPOTS = 600, 30, 60
UNITS = ITEMS + HONEYPOTS
SHARE, NEWCOMER = 0.1, 5
LEVELS = Levels(pause=0.5, watch=0.7, minimum=10)
LURED = 0.5
"""Share of wrong answers that fall on the one label an item invites to: honest people share mistakes too."""
FAITHFUL = 0.95
SECONDS = 20.0
SIZES = ((3, 3), (3, 5), (5, 3), (5, 5))  # labels, overlap
WAYS = {"nothing": (False, False), "paused get no work": (True, False), "answers are set aside too": (True, True)}
RULES = ("nothing", "repeats", "equal ones of both", "all of both")
PAIRS = {"both poor": (0.55, 0.55), "one good, one poor": (0.85, 0.5), "both good": (0.85, 0.85)}
CAUGHT = (("paused",), ("watched", "paused"))
FURTHER = 3
"""Days after the last new items in which what was set aside is asked again."""


@dataclass(frozen=True)
class Member:
    """Somebody of a team; `copies` is whose answer they give instead of their own where there is one."""

    kind: str
    accuracy: float
    seconds: float = SECONDS
    copies: int = -1


@dataclass(frozen=True)
class Campaign:
    """What is asked, and what is done: `pause` takes work away, `exclude` sets the answers of paused people aside too.

    `rule` is what is done with the answers of two who make the same mistakes.
    """

    labels: int = 3
    overlap: int = 4
    pause: bool = True
    exclude: bool = True
    rule: str = "repeats"


@dataclass
class Answer:
    """One answer to a unit; units from ITEMS on are honeypots."""

    unit: int
    who: int
    code: int
    seconds: float
    day: int
    kept: bool = True


@dataclass
class Course:
    """A campaign as it goes: the answers by unit and member, and by day everybody's profile."""

    people: list[Member]
    campaign: Campaign
    truth: Codes
    lure: Codes
    rng: np.random.Generator
    given: dict[tuple[int, int], Answer] = field(default_factory=dict)
    days: list[list[Profile]] = field(default_factory=list)

    def answer(self, unit: int, who: int) -> None:
        """Have a member answer a unit."""
        member = self.people[who]
        seconds = member.seconds * float(self.rng.lognormal(0, 0.5))
        self.given[unit, who] = Answer(unit, who, self._code(member, unit), seconds, len(self.days))

    def _code(self, member: Member, unit: int) -> int:
        theirs = self.given.get((unit, member.copies))
        if theirs is not None and self.rng.random() < FAITHFUL:
            return theirs.code
        if member.kind == "random":
            return int(self.rng.integers(0, self.campaign.labels))
        if member.kind == "constant":
            return 0
        if self.rng.random() < member.accuracy:
            return int(self.truth[unit])
        if self.rng.random() < LURED:
            return int(self.lure[unit])
        return int((self.truth[unit] + self.rng.integers(1, self.campaign.labels)) % self.campaign.labels)

    def honeypot(self, who: int) -> None:
        """Show a member a honeypot if it is time for one, and there is one they have not seen."""
        fresh = [unit for unit in range(ITEMS, UNITS) if (unit, who) not in self.given]
        newcomer = HONEYPOTS - len(fresh) < NEWCOMER
        if fresh and (newcomer or self.rng.random() < SHARE / (1 - SHARE)):
            self.answer(int(self.rng.choice(fresh)), who)

    def column(self, name: str) -> Any:
        """One field of all answers, in the order they were given."""
        return np.array([getattr(one, name) for one in self.given.values()])


def team(good: int, pair: tuple[float, float], rng: np.random.Generator) -> list[Member]:
    """Good people, one of each bad kind, and two who copy each other, of the accuracies in `pair`."""
    people = [Member("good", rng.uniform(0.75, 0.95)) for _ in range(good)]
    people += [Member("copying", pair[at], copies=good + 1 - at) for at in range(2)]
    return [*people, Member("random", 0.0), Member("constant", 0.0), Member("hasty", 0.5, SECONDS / 8)]


def followed(people: list[Member], campaign: Campaign, seed: int) -> Course:
    """Route A_DAY items a day to random people, judge everybody each evening, and ask again what is set aside."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, campaign.labels, UNITS)
    lure = (truth + rng.integers(1, campaign.labels, UNITS)) % campaign.labels
    course = Course(people, campaign, truth, lure, rng)
    working = set(range(len(people)))
    for _ in range(ITEMS // A_DAY + FURTHER):
        for unit, who in _routed(course, working):
            course.honeypot(who)
            course.answer(unit, who)
        course.days.append(_judged(course))
        paused = {one.annotator for one in course.days[-1] if one.state == "paused"}
        if campaign.pause:
            working = set(range(len(people))) - paused
        if campaign.exclude:
            _pausing(course, paused)
            copying = _copying(course, paused)
            working -= copying if campaign.rule == "all of both" else set()
    return course


def _routed(course: Course, working: set[int]) -> list[tuple[int, int]]:
    """New items of the day and those that lack answers, each with people who never had it."""
    asked = min(ITEMS, (len(course.days) + 1) * A_DAY)
    standing = np.bincount([one.unit for one in course.given.values() if one.kept], minlength=UNITS)
    routed: list[tuple[int, int]] = []
    for unit in np.flatnonzero(standing[:asked] < course.campaign.overlap).tolist():
        free = [who for who in sorted(working) if (unit, who) not in course.given]
        lacking = min(course.campaign.overlap - int(standing[unit]), len(free))
        routed += [(unit, int(who)) for who in course.rng.choice(free, lacking, replace=False)] if lacking else []
    return routed


def _judged(course: Course) -> list[Profile]:
    """Everybody's profile on all that was answered, also on what was set aside."""
    sizes = {"units": UNITS, "annotators": len(course.people), "labels": course.campaign.labels}
    coded = answers(course.column("unit"), course.column("who"), course.column("code"), **sizes)
    known = np.where(np.arange(UNITS) >= ITEMS, course.truth, -1)
    return profiles(coded, truth=known, seconds=course.column("seconds"), levels=LEVELS)


def _pausing(course: Course, paused: set[int]) -> None:
    """Set aside what paused people answered since they were last active."""
    for who in paused:
        active = [day for day, found in enumerate(course.days) if found[who].state == "active"]
        for one in course.given.values():
            one.kept &= one.who != who or one.day <= max(active, default=-1)


def _copying(course: Course, paused: set[int]) -> set[int]:
    """Set aside what the rule says of pairs who make the same mistakes, and return who they are."""
    pairs = {(pair.first, pair.second) for one in course.days[-1] for pair in one.with_others}
    rule = course.campaign.rule
    for pair in (pair for pair in pairs if rule != "nothing" and not paused & set(pair)):
        both = [one for one in course.given.values() if one.who in pair and one.unit < ITEMS]
        seen: dict[int, Answer] = {}
        for one in both:
            first = seen.setdefault(one.unit, one)
            if first is not one and first.code == one.code:
                one.kept = False
                first.kept &= rule == "repeats"
        if rule == "all of both":
            for one in both:
                one.kept = False
    return {who for pair in pairs for who in pair}


@dataclass(frozen=True)
class Outcome:
    """Of all items: right by the answer that leads, settled, right among the settled; and answers spent an item."""

    right: float
    settled: float
    right_settled: float
    spent: float


def outcome(course: Course) -> Outcome:
    """What the answers that were kept come to."""
    kept = [one for one in course.given.values() if one.kept and one.unit < ITEMS]
    item, who, code = ([getattr(one, name) for one in kept] for name in ("unit", "who", "code"))
    found = settle(votes(item, who, code, labels=course.campaign.labels))
    right, settled = found.leading == course.truth[: len(found.leading)], found.label != ABSTAINS
    spent = sum(one.unit < ITEMS for one in course.given.values()) / ITEMS
    among = float(right[settled].mean()) if settled.any() else float("nan")
    return Outcome(float(right.sum() / ITEMS), float(settled.sum() / ITEMS), among, spent)


def first_time(course: Course, who: int, states: tuple[str, ...]) -> int | None:
    """How many answers, honeypots among them, a member had given when first found in one of the states."""
    return next((found[who].answers for found in course.days if found[who].state in states), None)


def runs(campaign: Campaign, count: int, pair: tuple[float, float]) -> list[Course]:
    """Campaigns with teams of five to eight good people."""
    teams = [team(5 + seed % 4, pair, np.random.default_rng(1000 + seed)) for seed in range(count)]
    return [followed(people, campaign, seed) for seed, people in enumerate(teams)]


def caught(count: int) -> None:
    """Print when members are watched and paused, and what it does to the truth."""
    print("| labels | overlap | member | paused | after answers | watched or paused | after answers |")
    print("|---:|---:|---|---:|---:|---:|---:|")
    for labels, overlap in SIZES:
        _print_caught(runs(Campaign(labels, overlap), count, PAIRS["both poor"]))
    print("\n| labels | overlap | what is done | items right | settled | right among settled | answers an item |")
    print("|---:|---:|---|---:|---:|---:|---:|")
    for labels, overlap in SIZES:
        for way, (pause, exclude) in WAYS.items():
            campaign = Campaign(labels, overlap, pause, exclude)
            _print_outcome((labels, overlap, way), runs(campaign, count, PAIRS["both poor"]))


def _print_caught(courses: list[Course]) -> None:
    campaign = courses[0].campaign
    for kind in ("good", "random", "constant", "copying", "hasty"):
        cells = []
        for states in CAUGHT:
            times = [
                first_time(course, who, states)
                for course in courses for who, member in enumerate(course.people) if member.kind == kind
            ]  # fmt: skip
            known = [time for time in times if time is not None]
            middle = f"{np.median(known):.0f} ({np.quantile(known, 0.9):.0f})" if known else "–"
            cells += [f"{len(known) / len(times):.0%}", middle]
        print(f"| {campaign.labels} | {campaign.overlap} | {kind} | {' | '.join(cells)} |", flush=True)
    _print_alarms(courses)


def _print_alarms(courses: list[Course]) -> None:
    good = [(course, who) for course in courses for who, member in enumerate(course.people) if member.kind == "good"]
    thousands = sum(course.days[-1][who].answers for course, who in good) / 1000
    paused, watched = (
        sum(first_time(course, who, states) is not None for course, who in good) / thousands for states in CAUGHT
    )
    print(f"good people, for every 1,000 answers of theirs: {paused:.2f} paused, {watched:.2f} watched or paused")


def _print_outcome(names: tuple[object, ...], courses: list[Course]) -> None:
    found = [outcome(course) for course in courses]
    right, settled, among, spent = (
        np.array([getattr(one, name) for one in found]) for name in ("right", "settled", "right_settled", "spent")
    )
    error = 1.96 * right.std(ddof=1) / np.sqrt(len(right))
    print(
        f"| {' | '.join(map(str, names))} | {right.mean():.1%} ± {100 * error:.1f} | {settled.mean():.0%} "
        f"| {np.nanmean(among):.1%} | {spent.mean():.2f} |",
        flush=True,
    )


def copiers(count: int) -> None:
    """Print what each rule for two who make the same mistakes costs and saves."""
    print("| copying | labels | overlap | rule | items right | settled | right among settled | answers an item |")
    print("|---|---:|---:|---|---:|---:|---:|---:|")
    for name, pair in PAIRS.items():
        for labels, overlap in ((3, 3), (3, 5)):
            for rule in RULES:
                campaign = Campaign(labels, overlap, rule=rule)
                _print_outcome((name, labels, overlap, rule), runs(campaign, count, pair))


def main(arguments: list[str]) -> None:
    """Dispatch."""
    what, *rest = arguments or ["caught"]
    (copiers if what == "copiers" else caught)(int(rest[0]) if rest else 40)


if __name__ == "__main__":
    main(sys.argv[1:])
