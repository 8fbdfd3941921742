import gzip
import hashlib
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gt_platform.demo.dataset import DatasetError, RatedText
from gt_platform.demo.ratings import answer, split
from gt_platform.demo.traffic import AWAY, DATES, HOME, SEED, SHIFT_DAY, arrivals, mix
from gt_platform.demo.world import HIDDEN_GOLD, REPLAY, World, make
from tests.demo.texts import model, texts

TEXTS = texts()


def quiet(_what: str, _done: int, _total: int) -> None:
    """No one to tell."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def world(home: Path) -> World:
    made = make(home, TEXTS, model, quiet)
    for day in made.days:
        made.write_day(day)
    return made


def lines(file: Path) -> list[dict[str, Any]]:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(line) for line in content.decode().splitlines()]


def digests(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def events_of(home: Path, day: date) -> list[dict[str, Any]]:
    return lines(home / "inbox" / f"dt={day}" / "events.jsonl.gz")


def test_the_same_texts_give_the_same_bytes(world: World, home: Path, tmp_path: Path) -> None:
    again = make(tmp_path, TEXTS, model, quiet)
    for day in again.days:
        again.write_day(day)
    assert digests(tmp_path) == digests(home)
    assert len(world.days) == 42


def test_writing_again_leaves_every_file_alone(world: World, home: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in home.rglob("*") if file.is_file()}
    make(home, TEXTS, model, quiet)
    for day in world.days:
        world.write_day(day)
    assert {file: file.stat().st_mtime_ns for file in home.rglob("*") if file.is_file()} == before


def test_days_hold_what_the_plan_says(world: World, home: Path) -> None:
    for number, day in enumerate(world.days, 1):
        events = events_of(home, day)
        assert Counter(event["attributes"]["channel"] for event in events) == mix(number)
        assert [event["occurred_at"] for event in events] == sorted(event["occurred_at"] for event in events)
        assert {event["occurred_at"][:10] for event in events} == {day.isoformat()}
        assert all(event["output"] == model(event["input"]).label for event in events)


def test_before_the_shift_only_tweets_and_then_ever_fewer() -> None:
    assert {domain for number in range(1, SHIFT_DAY) for domain in mix(number)} == {HOME}
    shares = [1 - mix(number)[HOME] / sum(mix(number).values()) for number in range(SHIFT_DAY, 43)]
    assert (shares[0], shares[-1]) == (0.4, 0.8)
    assert shares == sorted(shares)
    for number in range(SHIFT_DAY, 43):
        away = [mix(number)[domain] for domain in AWAY]
        assert max(away) - min(away) <= 1


def test_one_text_in_twenty_came_before_and_no_other_twice(world: World, home: Path) -> None:
    seen: set[str] = set()
    for day in world.days:
        events = events_of(home, day)
        fresh = {event["input"] for event in events} - seen
        assert 0.94 * len(events) <= len(fresh) <= 0.97 * len(events) or day in {DATES[0], DATES[SHIFT_DAY - 1]}
        seen |= fresh
    events = [event for day in world.days for event in events_of(home, day)]
    assert len({event["id"] for event in events}) == len(events) == 21 * 120 + 21 * 200


def test_feedback_contradicts_or_confirms_by_a_rating_set_aside(world: World, home: Path) -> None:
    rated = {text.text: split(text, SEED) for text in TEXTS}
    events = {event["id"]: event for day in world.days for event in events_of(home, day)}
    given = 0
    for day in world.days:
        for said in lines(home / "inbox" / f"dt={day}" / "feedback.jsonl"):
            event = events[said["event_id"]]
            would_say = answer(rated[event["input"]].end_user)
            expected = {"up"} if would_say == event["output"] else {"down", would_say}
            assert said["value"] in expected
            assert said["signal"] == ("correction" if said["value"] == would_say else "thumb")
            assert said["occurred_at"][:10] == day.isoformat()
            assert said["occurred_at"] >= event["occurred_at"]
            given += 1
    assert 0.08 < given / len(events) < 0.12


def test_some_feedback_comes_days_later(world: World) -> None:
    delays = Counter(
        (day - DATES[int(thumb["event_id"][2:4]) - 1]).days for day in world.days for thumb in world.feedback[day]
    )
    assert set(delays) == set(range(8))
    assert 0.6 < delays[0] / delays.total() < 0.8


def test_experts_and_gold_share_no_rating_with_anyone(world: World, home: Path) -> None:
    replay = {line["input"]: line["answers"] for line in lines(home / REPLAY)}
    gold = {line["input"]: line for line in lines(home / HIDDEN_GOLD)}
    used = {event["input"] for day in world.days for event in world.events[day]}
    assert replay.keys() == gold.keys() == used
    for text in TEXTS:
        if text.text not in used:
            continue
        columns = {int(past["annotator"].removeprefix("rater-")) for past in replay[text.text]}
        left = [rating for column, rating in enumerate(text.ratings, 1) if column not in columns]
        left.remove(split(text, SEED).end_user)
        assert gold[text.text]["ratings"] == len(left) == 15 - 5 - 1
        assert gold[text.text]["mean"] == round(sum(left) / len(left), 4)
        assert [past["answer"] for past in replay[text.text]] == [
            answer(text.ratings[int(past["annotator"].removeprefix("rater-")) - 1]) for past in replay[text.text]
        ]


def test_too_few_texts_or_ratings_are_named() -> None:
    with pytest.raises(DatasetError, match="needs more tweets than the 50 there are"):
        arrivals([text for text in TEXTS if text.domain != HOME] + TEXTS[:50])
    with pytest.raises(DatasetError, match="10 ratings are too few to deal out: 'x'"):
        split(RatedText(domain=HOME, text="x", ratings=(1,) * 10), SEED)
