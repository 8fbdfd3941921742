"""Which real text arrives when: 42 days of traffic, fixed by a seed.

Draws only; what the model says about a text and how it is written to the inbox belongs in `world`.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from gt_platform.demo.dataset import DatasetError, RatedText

FIRST_DAY = date(2026, 1, 5)  # a Monday, so that weeks are whole
DAYS = 42
SHIFT_DAY = 22  # from this day on, texts of other domains arrive
HOME = "tweets"  # the domain the model was made for
AWAY = ("amazon", "movies", "editorials")
EVENTS_BEFORE, EVENTS_AFTER = 120, 200
AWAY_FIRST, AWAY_LAST = 0.4, 0.8  # share of other domains on the shift day and on the last
REPEATS = 0.05  # share of a day's events whose text came before, as popular inputs do
SEED = 2026

DATES = tuple(FIRST_DAY + timedelta(days=number) for number in range(DAYS))


@dataclass(frozen=True)
class Arrival:
    """One event to be: its id, its moment and its text."""

    event_id: str
    occurred_at: datetime
    text: RatedText


def mix(number: int) -> dict[str, int]:
    """Events of each domain on day `number`, counted from 1."""
    if number < SHIFT_DAY:
        return {HOME: EVENTS_BEFORE}
    share = AWAY_FIRST + (AWAY_LAST - AWAY_FIRST) * (number - SHIFT_DAY) / (DAYS - SHIFT_DAY)
    away = round(EVENTS_AFTER * share)
    cuts = [0, *(round(away * part / len(AWAY)) for part in range(1, len(AWAY))), away]
    return {HOME: EVENTS_AFTER - away} | {
        domain: after - before for domain, (before, after) in zip(AWAY, pairwise(cuts), strict=True)
    }


def arrivals(texts: Sequence[RatedText], *, seed: int = SEED) -> dict[date, list[Arrival]]:
    """Every day's arrivals in order of time. Raises DatasetError when a domain has too few texts."""
    decks = {domain: _shuffled(texts, domain, seed) for domain in (HOME, *AWAY)}
    seen: dict[str, list[RatedText]] = {domain: [] for domain in decks}
    return {day: list(_one_day(number, day, decks, seen, seed)) for number, day in enumerate(DATES, 1)}


def draws(*what: object) -> random.Random:
    """A generator of its own for each purpose, so that no draw depends on how many others were made."""
    return random.Random("/".join(map(str, what)))  # noqa: S311 - a draw to be repeated, not a secret


def _shuffled(texts: Sequence[RatedText], domain: str, seed: int) -> Iterator[RatedText]:
    deck = [text for text in texts if text.domain == domain]
    draws(seed, "deck", domain).shuffle(deck)
    return iter(deck)


def _one_day(
    number: int, day: date, decks: dict[str, Iterator[RatedText]], seen: dict[str, list[RatedText]], seed: int
) -> Iterator[Arrival]:
    rng = draws(seed, "day", day)
    domains = [domain for domain, events in mix(number).items() for _ in range(events)]
    rng.shuffle(domains)
    repeats = set(rng.sample(range(len(domains)), round(REPEATS * len(domains))))
    seconds = sorted(rng.sample(range(24 * 60 * 60), len(domains)))
    midnight = datetime.combine(day, time(), UTC)
    for index, (domain, second) in enumerate(zip(domains, seconds, strict=True)):
        before = seen[domain]
        text = rng.choice(before) if index in repeats and before else _fresh(decks, domain, before)
        yield Arrival(f"e-{number:02}-{index + 1:03}", midnight + timedelta(seconds=second), text)


def _fresh(decks: dict[str, Iterator[RatedText]], domain: str, before: list[RatedText]) -> RatedText:
    text = next(decks[domain], None)
    if text is None:
        raise DatasetError(f"the demo needs more {domain} than the {len(before):,} there are")
    before.append(text)
    return text
