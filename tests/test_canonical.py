"""Ids that lakes hold: these very texts and digests, for ever."""

from datetime import UTC, datetime

import pytest

from gt_platform.canonical import as_json, canonical, digest, in_order, number


def test_equal_values_have_one_text() -> None:
    assert canonical({"b": [1, 2.5, None], "a": "ü\n"}) == '{"a":"ü\\n","b":[1,2.5,null]}'
    assert canonical({"a": 1, "b": {"d": 1, "c": 2}}) == canonical({"b": {"c": 2, "d": 1}, "a": 1})
    assert canonical("ü") == '"ü"'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_what_is_shown_keeps_its_order() -> None:
    assert in_order({"b": {"d": "ü", "c": 2}, "a": 1}) == '{"b":{"d":"ü","c":2},"a":1}'
    assert in_order("ü\n") == canonical("ü\n")


def test_what_is_no_json_value_has_a_text_as_well() -> None:
    assert as_json({"at": datetime(2026, 1, 5, tzinfo=UTC), "n": float("nan")}) == (
        '{"at":"2026-01-05 00:00:00+00:00","n":NaN}'
    )


def test_digests_are_those_that_lakes_hold() -> None:
    assert digest("ground truth", 16) == digest(b"ground truth")[:16] == "5721674bd38302f0"
    assert number("ground truth") == 6278412930899968752
    assert digest("\ud800") == digest(b"\xed\xa0\x80")
