"""What a record may hold: every field's rule, the messages, the digests, and what is rescued."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.canonical import canonical
from gt_platform.records import Rejected, item_id
from gt_platform.records.schema import ANNOTATIONS, EVENT, FEEDBACK, INBOX, JUDGED_EVENT, read
from tests.records.samples import event, feedback

# what 0.1.0, which knew annotators as raters, made of the same feedback
FEEDBACK_DIGEST = "d17ad4ca2af4637584c4af40707edb03f1d4a4e4bec637108d886afb26abb7a3"


def accepted(record: Any, raw: str | None = None) -> dict[str, Any]:
    known, values = read(record, INBOX, raw)
    return dict(zip(known.columns, values, strict=True))


def rejected(record: Any) -> tuple[str, str]:
    with pytest.raises(Rejected) as caught:
        read(record, INBOX, None)
    return caught.value.reason, caught.value.detail


def microseconds(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1_000_000)  # type: ignore[misc, arg-type]


def test_an_event_becomes_its_columns() -> None:
    full = event(1, attributes={"b": 1, "a": "é"}, session_id=7, user_id="u", colour="red", type="event")
    row = accepted(full)
    digests = {name: row.pop(name) for name in ("item_id", "content_digest")}
    assert row == {
        "attributes": '{"a":"é","b":1}',
        "confidence": 0.9,
        "event_id": "e-1",
        "input": '"text 1"',
        "model": "m-1",
        "occurred_at": microseconds(2026, 1, 5, 8),
        "output": '"positive"',
        "session_id": "7",
        "user_id": "u",
        "rescued": '{"colour":"red"}',
    }
    assert digests["item_id"] == item_id("text 1")
    assert len(digests["content_digest"]) == 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=6,
)


@given(JSON, st.dictionaries(st.text(max_size=3), JSON, min_size=2, max_size=4))
def test_of_judged_outputs_input_and_output_are_the_item_whatever_the_order_of_keys(of: Any, output: Any) -> None:
    def item(given: Any) -> str:
        known, values = read(event(1, input={"x": of}, output=given), (JUDGED_EVENT, FEEDBACK), None)
        return str(dict(zip(known.columns, values, strict=True))["item_id"])

    turned = dict(reversed(output.items()))
    assert item(output) == item(turned) == item_id({"output": turned, "input": {"x": of}})
    assert item(output) != item({**output, "and": "more"})
    assert item(output) != accepted(event(1, input={"x": of}, output=output))["item_id"]


def test_feedback_becomes_its_columns() -> None:
    row = accepted(feedback(1, comment="no", annotator_id=5))
    assert row.pop("content_digest") == FEEDBACK_DIGEST
    assert row == {
        "comment": "no",
        "event_id": "e-1",
        "feedback_id": "f-1",
        "occurred_at": microseconds(2026, 1, 6, 8),
        "annotator_id": "5",
        "annotator_kind": "end_user",
        "signal": "thumb",
        "value": '"down"',
        "rescued": None,
    }


def test_feedback_may_give_its_annotator_by_the_names_of_before() -> None:
    named = {"annotator_kind": ..., "rater_kind": "end_user", "rater_id": 5}
    for changes in (named, named | {"annotator_kind": "end_user"}, named | {"annotator_id": 5}):
        assert accepted(feedback(1, comment="no", **changes)) == accepted(feedback(1, comment="no", annotator_id=5))
    assert rejected(feedback(1, rater_kind="llm", rater_id=True)) == (
        "schema",
        "annotator_kind is 'end_user' and rater_kind, its name of before, is 'llm'; give one; "
        "annotator_id is True; allowed is a string or an integer, not empty",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "event"},
        {"session_id": None},
        {"occurred_at": "2026-01-05T09:00:00+01:00"},
        {"occurred_at": "2026-01-05 08:00:00.000000000Z"},
        {"confidence": 0.90},
        {"attributes": {}},
        {"id": "another"},
    ],
)
def test_the_content_digest_does_not_see_how_it_was_written(changes: dict[str, Any]) -> None:
    assert accepted(event(1, **changes))["content_digest"] == accepted(event(1))["content_digest"]


@pytest.mark.parametrize(
    "changes",
    [
        {"input": "other"},
        {"output": "negative"},
        {"confidence": None},
        {"occurred_at": "2026-01-05T08:00:00.000001Z"},
        {"user_id": "u"},
        {"session_id": "u"},
        {"attributes": {"a": 1}},
        {"unknown": 1},
        {"unknown": None},
    ],
)
def test_the_content_digest_sees_every_change(changes: dict[str, Any]) -> None:
    assert accepted(event(1, **changes))["content_digest"] != accepted(event(1))["content_digest"]


def test_a_record_without_an_id_is_named_by_its_content() -> None:
    row = accepted(event(1, id=...))
    assert row["event_id"] == row["content_digest"]


def test_a_line_with_a_rounded_number_is_rescued_whole() -> None:
    row = accepted(event(1, unknown=2), raw='{"confidence":0.1234567890123456789}')
    assert row["rescued"] == canonical({"$raw": '{"confidence":0.1234567890123456789}', "unknown": 2})
    assert row["content_digest"] != accepted(event(1, unknown=2))["content_digest"]


def test_a_time_finer_than_a_microsecond_is_rescued() -> None:
    row = accepted(event(1, occurred_at="2026-01-05T08:00:00.123456789Z"))
    assert row["occurred_at"] == microseconds(2026, 1, 5, 8) + 123456
    assert row["rescued"] == '{"occurred_at":"2026-01-05T08:00:00.123456789Z"}'


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_any_time_with_a_zone_is_kept_to_the_microsecond(when: datetime) -> None:
    whole_minutes = not (when.utcoffset().total_seconds() % 60)  # type: ignore[union-attr]
    if not whole_minutes:  # local mean time of the nineteenth century, which ISO 8601 cannot write
        return
    since = when - datetime(1970, 1, 1, tzinfo=UTC)
    expected = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    assert accepted(event(1, occurred_at=when.isoformat()))["occurred_at"] == expected


TIME = "occurred_at is {!r}; allowed is ISO 8601 with a zone, as 2026-01-05T08:00:00Z"


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        ({"occurred_at": "2026-01-05T08:00:00"}, "time", TIME.format("2026-01-05T08:00:00")),
        ({"occurred_at": "2026-01-05"}, "time", TIME.format("2026-01-05")),
        ({"occurred_at": 1767600000}, "time", TIME.format(1767600000)),
        ({"occurred_at": "2026-01-05x08:00:00Z"}, "time", TIME.format("2026-01-05x08:00:00Z")),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "time",
         "occurred_at is '9999-12-31T23:59:59Z'; allowed are the years 1970 to 2200"),
        ({"occurred_at": "1969-12-31T23:59:59Z"}, "time",
         "occurred_at is '1969-12-31T23:59:59Z'; allowed are the years 1970 to 2200"),
        ({"occurred_at": "2026-02-30T08:00:00Z"}, "time",
         "occurred_at is '2026-02-30T08:00:00Z', no point in time: day is out of range for month"),
        ({"occurred_at": ...}, "schema", "occurred_at is missing"),
        ({"input": None}, "schema", "input is missing"),
        ({"id": 1.5}, "schema", "id is 1.5; allowed is a string or an integer, not empty"),
        ({"id": True}, "schema", "id is True; allowed is a string or an integer, not empty"),
        ({"id": ""}, "schema", "id is ''; allowed is a string or an integer, not empty"),
        ({"id": "x" * 513}, "schema", "id has 513 characters; at most 512 are allowed"),
        ({"id": "a\0b"}, "schema", "id holds the control character U+0000 at 1"),
        ({"user_id": "a\nb"}, "schema", "user_id holds the control character U+000A at 1"),
        ({"model": 3}, "schema", "model is 3; allowed is a string, not empty"),
        ({"model": "m\x7f"}, "schema", "model holds the control character U+007F at 1"),
        ({"confidence": 1.01}, "schema", "confidence is 1.01; allowed is a number from 0 to 1"),
        ({"confidence": "0.9"}, "schema", "confidence is '0.9'; allowed is a number from 0 to 1"),
        ({"confidence": True}, "schema", "confidence is True; allowed is a number from 0 to 1"),
        ({"attributes": [1]}, "schema", "attributes is [1]; allowed is an object"),
        ({"type": "annotation"}, "schema", "type is 'annotation'; allowed is event, feedback"),
        ({"type": 1}, "schema", "type is 1; allowed is event, feedback"),
        ({"confidence": 2, "model": ...}, "schema",
         "confidence is 2; allowed is a number from 0 to 1; model is missing"),
    ],
)  # fmt: skip
def test_a_bad_event_is_named_field_by_field(changes: dict[str, Any], reason: str, detail: str) -> None:
    assert rejected(event(1, **changes)) == (reason, detail)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"value": True}, 'value is True; of a thumb, "up" and "down" are allowed'),
        ({"value": 1}, 'value is 1; of a thumb, "up" and "down" are allowed'),
        ({"value": ...}, "value is missing"),
        ({"signal": "rating", "value": "5"}, "value is '5'; of a rating, a number is allowed"),
        ({"signal": "rating", "value": True}, "value is True; of a rating, a number is allowed"),
        ({"signal": "star"}, "signal is 'star'; allowed is thumb, rating, correction, outcome"),
        ({"annotator_kind": "human"}, "annotator_kind is 'human'; allowed is end_user, expert, llm, code"),
        ({"annotator_kind": ["llm"]}, "annotator_kind is ['llm']; allowed is end_user, expert, llm, code"),
        ({"comment": "a\0"}, "comment holds NUL (U+0000) at 1; no database column takes it"),
        ({"comment": 5}, "comment is 5; allowed is a string"),
    ],
)
def test_bad_feedback_is_named_field_by_field(changes: dict[str, Any], detail: str) -> None:
    assert rejected(feedback(1, **changes)) == ("schema", detail)


@pytest.mark.parametrize("value", [[], "text", 5, None, True])
def test_a_record_is_an_object(value: Any) -> None:
    reason, detail = rejected(value)
    assert (reason, detail) == ("schema", f"a record is a JSON object, this is {value!r}; one object a line")


def test_a_message_never_holds_a_control_character_or_a_long_value() -> None:
    _, detail = rejected(event(1, confidence="\0\ud800" + "x" * 10_000))
    assert detail.isprintable()
    assert len(detail) < 200


def test_what_is_allowed_in_content_is_kept_as_it_is() -> None:
    odd = "\0\x01 \u2028 \U0001f600 é"
    row = accepted(event(1, input=odd, attributes={odd: [odd, 10**30]}))
    assert row["input"] == '"\\u0000\\u0001 \u2028 \U0001f600 é"'
    assert str(10**30) in row["attributes"]
    assert "\0" not in row["input"] + row["attributes"]
    assert accepted(feedback(1, comment="a\nb\x01"))["comment"] == "a\nb\x01"


def test_without_a_type_an_event_id_makes_it_feedback() -> None:
    assert read(feedback(1), INBOX, None)[0] is FEEDBACK
    assert read(event(1), INBOX, None)[0] is EVENT
    assert read(event(1, event_id=None), INBOX, None)[0] is EVENT


def test_an_annotation_needs_no_type() -> None:
    known, values = read({"assignment_id": "a", "annotator": 3, "answer": ["x"]}, ANNOTATIONS, None)
    row = dict(zip(known.columns, values, strict=True))
    assert (row["assignment_id"], row["annotator"], row["answer"], row["submitted_at"]) == ("a", "3", '["x"]', None)
