"""How declared columns are read from events and typed."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from gt_platform.answers.choice import Choice
from gt_platform.drift.columns import Rows, read, sampled, unusable
from gt_platform.lake import Store
from gt_platform.project import Output, Outputs
from tests.drift.events import DAY, FIRST, LAST, add, drift, events

YES_OR_NO = Choice(labels={"yes": "", "no": ""})
AS_THEY_ARE = Outputs(YES_OR_NO, None)


def column(
    store: Store,
    of: str,
    reference: list[Any],
    current: list[Any],
    *,
    outputs: Outputs = AS_THEY_ARE,
    **options: Any,
) -> tuple[pl.Series, ...]:
    """The column `of` (below output) as read for both sides, in the order of the events."""
    add(store, events(FIRST, output=reference), events(DAY, output=current))
    rows = read(store, drift({"name": "x", "of": of} | options), DAY, outputs=outputs)
    return tuple(side.sort("event_id")["x"] for side in (rows.reference, rows.current))


def test_numbers(store: Store) -> None:
    reference, current = column(store, "output", [1, 2.5, None, -3e2], [10**30, 0])
    assert reference.to_list() == [1.0, 2.5, None, -300.0]
    assert current.to_list() == [1e30, 0.0]


def test_everything_else_is_a_category_by_its_text(store: Store) -> None:
    reference, current = column(store, "output", ["a", 'with "quotes"', None, True], [7, "7", {"k": [1]}, "naïve\n"])
    assert reference.to_list() == ["a", 'with "quotes"', None, "true"]
    assert current.to_list() == ["7", "7", '{"k":[1]}', "naïve\n"]


def test_a_path_that_leads_nowhere_is_missing(store: Store) -> None:
    reference, current = column(store, "output.a.b", [{"a": {"b": "x"}}, {"a": 1}, "a.b", {}], [{"a.b": "y"}])
    assert reference.to_list() == ["x", None, None, None]
    assert current.to_list() == [None]


def test_numbers_too_large_for_any_machine_are_missing(store: Store) -> None:
    frame = events(FIRST, output=[1, 2]).with_columns(output=pl.Series(["1e400", "2"]))
    add(store, frame, events(DAY, output=[3]))
    assert read(store, drift(), DAY, outputs=AS_THEY_ARE).reference.sort("event_id")["score"].to_list() == [None, 2.0]


@pytest.mark.parametrize(
    ("of", "measure", "expected"),
    [
        ("output", "value", ["yes", "yes", None, None]),
        ("output", "characters", [3.0, 3.0, 5.0, None]),
        ("output", "words", [1.0, 1.0, 1.0, None]),
        ("output.why", "value", ["sun", None, None, "rain"]),
    ],
)
def test_output_is_the_answer_as_it_is_read(store: Store, of: str, measure: str, expected: list[Any]) -> None:
    outputs = Outputs(YES_OR_NO, Output(path="label", trim=True, casefold=True))
    said = [{"label": "Yes ", "why": "sun"}, {"label": "YES"}, {"label": "maybe"}, {"why": "rain"}]
    assert column(store, of, said, said, outputs=outputs, measure=measure)[0].to_list() == expected


@pytest.mark.parametrize(
    ("measure", "expected"), [("characters", [11.0, 0.0, 7.0, None, 4.0]), ("words", [2.0, 0.0, 3.0, None, 1.0])]
)
def test_lengths(store: Store, measure: str, expected: list[float]) -> None:
    reference, _ = column(store, "output", ["two  words\n", "", "\ta\nb\r c", None, True], ["x"], measure=measure)
    assert reference.to_list() == expected


def test_words_of_scripts_without_spaces_are_characters(store: Store) -> None:
    texts = ["two words", "今天天气", "สวัสดี", "GPT は速い", ""]
    words = column(store, "output", texts, ["x"], measure="words")[0]
    assert words.to_list() == [2.0, 4.0, 6.0, 4.0, 0.0]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("hour", [8.0, 23.0, 0.0, None, None]),
        ("weekday", ["Thursday", "Thursday", "Friday", None, None]),
        ("age", [1.0, -14.5, -15.0, None, None]),
    ],
)
def test_times(store: Store, measure: str, expected: list[Any]) -> None:
    times = ["2026-01-01T08:00:00Z", "2026-01-01T23:30:00.5+00:00", "2026-01-02", "noon", 7]
    at = datetime(2026, 1, 1, 9, tzinfo=UTC)
    frames = [events(day, output=times).with_columns(occurred_at=pl.lit(at)) for day in (FIRST, DAY)]
    add(store, *frames)
    rows = read(store, drift({"name": "x", "of": "output", "measure": measure}), DAY, outputs=AS_THEY_ARE)
    found = rows.reference.sort("event_id")["x"].to_list()
    assert found == pytest.approx(expected, abs=0.01) if measure != "weekday" else found == expected


@pytest.mark.parametrize(
    "of",
    ['output."llm.model_name"', "output.user-tier", "output.messages[0].content", "output.messages[-1].content"],
)
def test_any_name_can_be_watched(store: Store, of: str) -> None:
    said = {"llm.model_name": "here", "user-tier": "here", "messages": [{"content": "here"}]}
    assert column(store, of, [said], [{}])[0].to_list() == ["here"]


def test_a_list_of_texts_is_a_set(store: Store) -> None:
    reference, current = column(store, "output", [["b", "a"], ["a", "b", "b"], [2, 1]], [["a", "b"]])
    assert reference.to_list() == ['["a", "b"]', '["a", "b"]', "[2,1]"]
    assert current.to_list() == ['["a", "b"]']


def test_users_and_sessions_come_together(store: Store) -> None:
    frame = events(FIRST, output=[1, 2, 3, 4, 5]).with_columns(
        user_id=pl.Series(["u", "u", None, None, None]), session_id=pl.Series(["s", "t", "s", "s", None])
    )
    add(store, frame, events(DAY, output=[1]))
    rows = read(store, drift(), DAY, outputs=AS_THEY_ARE)
    codes = rows.reference.sort("event_id")["cluster"].to_list()
    assert codes[0] == codes[1] != codes[2] == codes[3]
    assert codes[4] is None


def test_every_source_beside_the_others(store: Store) -> None:
    add(
        store,
        events(FIRST, input=[{"t": "a b"}], output=["yes"], confidence=[0.25], attributes=[{"n": 3}]),
        events(DAY, input=[{"t": "c"}], output=["no"], confidence=[None], attributes=[{}]),
    )
    declared = drift(
        {"name": "words", "of": "input.t", "measure": "words"},
        {"name": "text", "of": "input.t"},
        {"name": "n", "of": "attributes.n"},
        {"name": "answer", "of": "output"},
        {"name": "sure", "of": "confidence"},
    )
    rows = read(store, declared, DAY, outputs=AS_THEY_ARE)
    assert rows.names == ("words", "text", "n", "answer", "sure")
    assert rows.reference.select(rows.names).row(0) == (2.0, "a b", 3.0, "yes", 0.25)
    assert rows.current.select(rows.names).row(0) == (1.0, "c", None, "no", None)


def test_the_reference_is_its_days_and_the_frame_its_day(store: Store) -> None:
    other = (FIRST.replace(day=4), LAST.replace(day=7), DAY.replace(day=9))
    add(store, *(events(day, output=[0]) for day in (FIRST, LAST, DAY, *other)))
    rows = read(store, drift(), DAY, outputs=AS_THEY_ARE)
    assert rows.reference["event_id"].sort().to_list() == [f"{FIRST}-00000", f"{LAST}-00000"]
    assert rows.current["event_id"].to_list() == [f"{DAY}-00000"]


def test_a_column_that_turns_from_numbers_to_words_stays_comparable(store: Store) -> None:
    reference, current = column(store, "output", [n / 7 for n in range(300)], ["high", "low", 0.5])
    assert reference.unique().to_list() == ["(number)"]
    assert current.to_list() == ["high", "low", "(number)"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (pl.Series([None, None], dtype=pl.Float64), "no event has a value"),
        (pl.Series([str(n) for n in range(201)] * 5), "201 levels"),
        (pl.Series(["a", "b", "c", "d", "d"]), "4 distinct values in 5"),
        (pl.Series(["a", "b"]), None),
        (pl.Series(["a", "b", "c"] * 2), None),
        (pl.Series([float(n) for n in range(999)]), None),
    ],
)
def test_what_can_be_compared(values: pl.Series, why: str | None) -> None:
    found = unusable(values)
    assert (found is None) == (why is None)
    assert (found or "").startswith(why or "")


def test_samples_are_even_and_for_ever_the_same(store: Store) -> None:
    add(store, events(FIRST, output=range(1000)), events(DAY, output=[1]))
    reference = read(store, drift(), DAY, outputs=AS_THEY_ARE).reference
    drawn = sampled(reference, 100)
    assert drawn.height == 100
    assert drawn.equals(sampled(reference.sample(fraction=1, shuffle=True, seed=1), 100))
    assert 350 < drawn["score"].mean() < 650  # type: ignore[operator]
    assert drawn["event_id"][0] == f"{FIRST}-00004"
    assert sampled(Rows(names=(), reference=reference, current=reference).reference, 1000).height == 1000
