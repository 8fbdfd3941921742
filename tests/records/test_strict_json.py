"""JSON as strangers write it: the corpus of Nicolas Seriot, numbers that a double loses, and round trips."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.canonical import canonical
from gt_platform.records import Rejected, parse_json
from gt_platform.records.strict_json import MAX_DEPTH, parse_exactly
from tests.records.samples import DATA

CORPUS = DATA / "JSONTestSuite" / "test_parsing"
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


def rejected(raw: bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        parse_json(raw)
    return caught.value


@needs_corpus
def test_every_sound_file_of_the_corpus_is_json() -> None:
    files = sorted(CORPUS.glob("y_*"))
    assert len(files) == 95
    for file in files:
        assert parse_json(file.read_bytes(), unique_keys=False) == json.loads(file.read_bytes()), file.name


@needs_corpus
def test_of_the_sound_files_only_those_with_a_repeated_key_make_no_record() -> None:
    reasons: dict[str, str] = {}
    for file in CORPUS.glob("y_*"):
        try:
            parse_json(file.read_bytes())
        except Rejected as found:
            reasons[file.name] = found.reason
    assert reasons == dict.fromkeys(
        ("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"), "duplicate_key"
    )


@needs_corpus
@pytest.mark.parametrize("unique_keys", [True, False])
def test_every_unsound_file_of_the_corpus_is_rejected(unique_keys: bool) -> None:
    files = sorted(CORPUS.glob("n_*"))
    assert len(files) == 188
    for file in files:
        with pytest.raises(Rejected):
            parse_json(file.read_bytes(), unique_keys=unique_keys)


@given(VALUES)
def test_parsing_canonical_text_gives_the_value_back(value: Any) -> None:
    text = canonical(value)
    parsed, exact = parse_exactly(text.encode())
    assert canonical(parsed) == text
    assert parsed == value
    assert exact


@given(st.binary(max_size=60))
def test_any_bytes_are_either_what_python_reads_or_rejected(raw: bytes) -> None:
    try:
        value = parse_json(raw)
    except Rejected:
        return
    assert canonical(value) == canonical(json.loads(raw))


def test_canonical_text_sorts_keys_and_escapes_only_what_it_must() -> None:
    assert canonical({"b": [1, 2.50, None], "a": 'é\u0001"/'}) == '{"a":"é\\u0001\\"/","b":[1,2.5,null]}'


def test_depth_is_bounded_exactly_and_brackets_in_strings_do_not_count() -> None:
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert rejected(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)).reason == "depth"
    assert rejected(b'{"a":' * 100_000).reason == "depth"
    assert parse_json(b'["' + b"[{" * 1000 + b'\\"]"]') == ["[{" * 1000 + '"]']
    assert parse_json(b"[" + b",".join([b"[]"] * 1000) + b"]") == [[]] * 1000


@pytest.mark.parametrize(
    ("written", "value", "exact"),
    [
        (b"0.1", 0.1, True),
        (b"123456789012345678901234567890", 123456789012345678901234567890, True),
        (b"-" + b"9" * 4300, -int("9" * 4300), True),
        (b"0.1234567890123456789", 0.12345678901234568, False),
        (b"1234567890123456.7", 1234567890123456.8, False),
        (b"0.30000000000000004", 0.30000000000000004, True),
        (b"-0e-400", 0.0, True),
        (b"5e-324", 5e-324, True),
        (b"1.7976931348623157e308", 1.7976931348623157e308, True),
        (b"12345678901234567e10", 1.2345678901234568e26, False),
        (b'"0.1234567890123456789"', "0.1234567890123456789", True),
        (b'"d1e4567f-0.00000000000000000"', "d1e4567f-0.00000000000000000", True),
    ],
)
def test_a_number_is_exact_or_said_not_to_be(written: bytes, value: Any, exact: bool) -> None:
    assert parse_exactly(written) == (value, exact)
    assert parse_exactly(b'{"x": [' + written + b"]}") == ({"x": [value]}, exact)


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True))
def test_exactness_is_what_decimal_arithmetic_says(written: str) -> None:
    vanished = float(written) == 0 and Decimal(written) != 0
    if vanished or (math.isinf(float(written)) and not written.lstrip("-").isdigit()):
        assert rejected(written.encode()).reason == "number"
        return
    value, exact = parse_exactly(written.encode())
    assert exact == (Decimal(repr(value)) == Decimal(written))


@pytest.mark.parametrize(
    ("raw", "reason", "detail"),
    [
        (b'{"a": NaN}', "json", "NaN is not JSON; leave the field out or write null"),
        (b"-Infinity", "json", "-Infinity is not JSON; leave the field out or write null"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "duplicate_key", 'the key "c" is given twice in one object'),
        (b'"\\ud800"', "encoding", "\\ud800 is half of a surrogate pair, not a character"),
        (b'{"\\udfff": 1}', "encoding", "\\udfff is half of a surrogate pair, not a character"),
        (b'"\xed\xa0\x80"', "encoding", "byte 1 is not UTF-8 (invalid continuation byte)"),
        (b"1e400", "number", "1e400 is beyond what a double holds; send it as a string"),
        (b'{"a": [123.456e-789]}', "number", "123.456e-789 is beyond what a double holds; send it as a string"),
        (b"-1E-400", "number", "-1E-400 is beyond what a double holds; send it as a string"),
        (b"0." + b"0" * 400 + b"1", "number", f"{'0.' + '0' * 78} is beyond what a double holds; send it as a string"),
        (b"9" * 4301, "number", "an integer of more than 4300 digits; send it as a string"),
        (b"{} {}", "json", "more text after the value, at character 2; one value a line"),
        (b'{"a":\x0c1}', "json", "Expecting value at character 5"),
        (b"\x0c{}", "json", "Expecting value at character 0"),
    ],
)
def test_a_rejection_says_what_and_where(raw: bytes, reason: str, detail: str) -> None:
    found = rejected(raw)
    assert (found.reason, found.detail) == (reason, detail)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_megabytes_of_escapes_take_no_stack() -> None:
    raw = b'["' + b'\\"[' * 1_000_000 + b'"]'
    assert len(parse_json(raw)[0]) == 2_000_000
