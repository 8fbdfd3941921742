"""Topics: words that go with errors on one half of the items, which are then measured on the other."""

import json

import numpy as np

from gt_platform.benchmark import weaknesses
from gt_platform.benchmark.parts import parts
from gt_platform.benchmark.topics import topics
from gt_platform.lake import Store
from tests.bench.weak_parts import found
from tests.benchmark.labels import add_release, add_sample, add_truth
from tests.sampling.rows import MONDAY, add_events, project

N = 400
REFUND = np.arange(N) % 4 == 0
TEXTS = [
    f"{'REFUND please' if REFUND[at] else 'thanks a lot'}, order {at} of {'Mrs Quux' if at % 7 else 'you'}"
    for at in range(N)
]
WRONG = np.where(REFUND, np.arange(N) % 8 == 0, np.arange(N) % 20 == 1).astype(np.float64)
SEEN = np.arange(N) // 4 % 2 == 0


def asked(texts: list[str], value: np.ndarray, cluster: np.ndarray | None = None) -> list[str]:
    every = np.arange(N) if cluster is None else cluster
    return [one.of for one in topics([json.dumps(text) for text in texts], value, np.ones(N), every, SEEN)]


def test_words_that_go_with_errors_come_first_and_only_words_are_told() -> None:
    words = asked(TEXTS, WRONG)
    assert words[0] in {"“refund”", "“please”", "“please order”", "“refund please”"}
    assert len(words) == len(set(words))
    assert not any(character.isdigit() for word in words for character in word)


def test_what_is_said_on_the_other_half_alone_is_no_topic() -> None:
    hidden = [text if seen else f"{text} secret" for text, seen in zip(TEXTS, SEEN, strict=True)]
    assert asked(hidden, WRONG) == asked(TEXTS, WRONG)


def test_a_name_that_one_person_signs_with_is_no_topic() -> None:
    signed = [f"{text} {'Zoe' if at % 5 > 2 else ''}" for at, text in enumerate(TEXTS)]
    by_one = np.where(np.arange(N) % 5 > 2, 0, np.arange(N))
    assert any("zoe" in word for word in asked(signed, np.arange(N) % 5 / 4))
    assert not any("zoe" in word for word in asked(signed, np.arange(N) % 5 / 4, by_one))


def test_inputs_without_words_or_too_few_have_no_topics() -> None:
    assert asked(["12 34"] * N, WRONG) == []
    assert topics(['"so few"'] * 20, WRONG[:20], np.ones(20), np.arange(20), SEEN[:20]) == []
    nested = [{"turns": [{"who": "user", "text": text}], "n": 3} for text in TEXTS]
    told = topics([json.dumps(one) for one in nested], WRONG, np.ones(N), np.arange(N), SEEN)
    assert not any("turns" in one.of for one in told)
    assert (told[0].holds == REFUND).all()
    assert len(parts(told, WRONG, np.ones(N), SEEN)) > 1


def test_in_noise_no_topic_is_worse_and_one_that_is_worse_is_found() -> None:
    rng = np.random.default_rng(2)
    assert sum(bool(found(rng, 400, 0.0)) for _ in range(20)) <= 2
    named = [found(rng, 1000, 0.4) for _ in range(3)]
    assert all(any("says “waai”" in words for words in one) for one in named)


def test_a_topic_is_found_in_the_traffic_and_measured_by_design(store: Store) -> None:
    events = [f"e{at:03}" for at in range(N)]
    add_events(store, MONDAY, [{"event_id": name, "input": TEXTS[at]} for at, name in enumerate(events)])
    add_sample(store, MONDAY, "all", N, events)
    add_truth(store, {name: "bad" if WRONG[at] else "good" for at, name in enumerate(events)})
    add_release(store)
    (weak,) = weaknesses(store, project()).weak
    assert "refund" in weak.where or "please" in weak.where or "thanks" in weak.where
    assert weak.here.low < 0.5 < weak.here.high < weak.elsewhere.low
