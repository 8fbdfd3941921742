"""Ingest: each line once, as a row, a duplicate or a quarantined record, whatever happens in between."""

import gzip
import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zstandard

from gt_platform.canonical import in_order
from gt_platform.feedback import ConservationError, Ingested, unledgered, verify_conservation
from gt_platform.feedback import landing as landing_module
from gt_platform.lake import Lake
from gt_platform.records import item_id
from gt_platform.settings import Settings
from tests.feedback.conftest import TODAY, Desk, desk_for
from tests.records.samples import event, feedback, lines

DAY = "dt=2026-01-05"


def test_rows_are_what_was_sent(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1, attributes={"b": 2, "a": 1}, colour="red"), feedback(1, comment="no")))
    assert desk.ingest() == Ingested(files=1, lines=2, events=1, feedback=1, duplicates=0, quarantined=0)
    (row,) = desk.store.read("FROM events").rows(named=True)
    assert (row["event_id"], row["item_id"], row["line"]) == ("e-1", item_id("text 1"), 1)
    assert (row["input"], row["attributes"], row["rescued"]) == ('"text 1"', '{"a":1,"b":2}', '{"colour":"red"}')
    assert row["occurred_at"].isoformat() == "2026-01-05T08:00:00+00:00"
    assert row["frame_day"] == date(2026, 1, 5)
    assert desk.rows("SELECT feedback_id, event_id, signal, value, comment, line FROM feedback") == [
        ("f-1", "e-1", "thumb", '"down"', "no", 2)
    ]
    assert verify_conservation(desk.store) == []


def test_taking_in_again_changes_nothing(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), b"{", feedback(1)))
    desk.ingest()
    before = desk.store.digests()
    assert desk.ingest() == Ingested(files=0, lines=0, events=0, feedback=0, duplicates=0, quarantined=0)
    assert desk.store.digests() == before


def test_a_touched_file_is_noted_once(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), b"{", feedback(1)))
    desk.ingest()
    before = desk.store.digests()
    (Path(desk.inbox.url) / DAY / "a.jsonl").touch()  # a new modification time is a new version of the same bytes
    assert list(unledgered(desk.store, desk.project, inbox=desk.inbox, today=TODAY)) == [date(2026, 1, 5)]
    assert desk.ingest() == Ingested(files=0, lines=0, events=0, feedback=0, duplicates=0, quarantined=0)
    noted = desk.store.snapshot_id
    assert desk.rows("SELECT path, outcome, tries FROM attempts") == [(f"{DAY}/a.jsonl", "unchanged", 0)]
    assert unledgered(desk.store, desk.project, inbox=desk.inbox, today=TODAY) == {}
    desk.ingest()
    assert desk.store.snapshot_id == noted
    assert {name: digest for name, digest in desk.store.digests().items() if name != "attempts"} == {
        name: digest for name, digest in before.items() if name != "attempts"
    }


def test_the_same_file_under_three_names_gives_its_rows_once(desk: Desk) -> None:
    body = lines(event(1), event(2), feedback(1), b"{")
    desk.put(f"{DAY}/a.jsonl", body)
    desk.put(f"{DAY}/b.jsonl.gz", gzip.compress(body))
    desk.put("dt=2026-01-06/c.jsonl.zst", zstandard.compress(body))
    assert desk.ingest() == Ingested(files=3, lines=12, events=2, feedback=1, duplicates=6, quarantined=3)
    assert desk.rows("SELECT path, lines, events, feedback, duplicates, quarantined FROM files ORDER BY path") == [
        (f"{DAY}/a.jsonl", 4, 2, 1, 0, 1),
        (f"{DAY}/b.jsonl.gz", 4, 0, 0, 3, 1),
        ("dt=2026-01-06/c.jsonl.zst", 4, 0, 0, 3, 1),
    ]


def test_an_overwritten_file_keeps_what_stands_and_says_what_contradicts_it(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), event(2)))
    desk.ingest()
    desk.put(f"{DAY}/a.jsonl", lines(event(1), event(2, output="negative"), event(3)))
    assert desk.ingest() == Ingested(files=1, lines=3, events=1, feedback=0, duplicates=1, quarantined=1)
    assert desk.rows("SELECT event_id, output FROM events ORDER BY 1") == [
        ("e-1", '"positive"'),
        ("e-2", '"positive"'),
        ("e-3", '"positive"'),
    ]
    assert desk.rows("SELECT reason, line, byte_offset, raw_bytes, raw, detail FROM quarantine") == [
        (
            "conflict", 2, 129, 128, lines(event(2, output="negative")).strip(),
            f"id e-2 stands for other content since line 2 of {DAY}/a.jsonl; "
            "the first one stands, so send what changed under an id of its own",
        )
    ]  # fmt: skip
    assert desk.rows("SELECT count(*) FROM files") == [(2,)]


def test_within_one_file_the_first_of_an_id_stands(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), event(1, output="b"), event(1), event(1, output="b"), feedback(1)))
    assert desk.ingest() == Ingested(files=1, lines=5, events=1, feedback=1, duplicates=1, quarantined=2)
    assert desk.rows("SELECT line, detail FROM quarantine ORDER BY line")[0] == (
        2,
        "id e-1 stands for other content since line 1 of this very file; "
        "the first one stands, so send what changed under an id of its own",
    )


def test_records_without_an_id_are_known_by_their_content(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1, id=...), event(1, id=...), event(2, id=...)))
    assert desk.ingest() == Ingested(files=1, lines=3, events=2, feedback=0, duplicates=1, quarantined=0)


def test_an_event_and_feedback_may_have_the_same_id(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1, id="x"), feedback(1, id="x")))
    assert desk.ingest() == Ingested(files=1, lines=2, events=1, feedback=1, duplicates=0, quarantined=0)


@pytest.mark.slow
def test_any_order_of_days_gives_the_same_tables(tmp_path: Path) -> None:
    digests = []
    for number, order in enumerate([(5, 6, 7), (7,), (6, 5, 7), (7, 6, 5)]):
        chosen = Settings(home=tmp_path / str(number))
        with Lake.open(chosen) as lake:
            desk = desk_for(chosen, lake)
            for day in (5, 6, 7):
                body = lines(event(1, output=str(day)), event(day), feedback(day), event(day, output="x"))
                desk.put(f"dt=2026-01-0{day}/a.jsonl", body)
            for day in order:
                desk.ingest(date(2026, 1, day))
            assert desk.rows("SELECT output FROM events WHERE event_id = 'e-1'") == [('"5"',)]
            digests.append(desk.store.digests())
    assert digests == digests[:1] * 4


@pytest.mark.slow
def test_a_crash_before_the_commit_leaves_nothing_of_the_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in "abc":
        desk.put(f"{DAY}/{name}.jsonl", lines(event(1), event(ord(name)), b"{"))
    original = landing_module._ledger_row
    calls = itertools.count()

    def crash_on_the_second(*arguments: Any) -> Any:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return original(*arguments)

    monkeypatch.setattr(landing_module, "_ledger_row", crash_on_the_second)
    with pytest.raises(KeyboardInterrupt):
        desk.ingest()
    assert desk.rows("SELECT path FROM files") == [(f"{DAY}/a.jsonl",)]
    assert verify_conservation(desk.store) == []
    desk.ingest()
    undisturbed = Settings(home=tmp_path / "undisturbed")
    with Lake.open(undisturbed) as lake:
        other = desk_for(undisturbed, lake)
        for name in "abc":
            other.put(f"{DAY}/{name}.jsonl", lines(event(1), event(ord(name)), b"{"))
        other.ingest()
        assert other.store.digests() == desk.store.digests()


def test_lines_that_do_not_add_up_stop_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), event(2)))
    monkeypatch.setattr(landing_module._Landing, "_append_new", lambda *_: 1)
    with pytest.raises(ConservationError, match=r"a\.jsonl: .*does not add up"):
        desk.ingest()
    assert desk.rows("SELECT count(*) FROM files") == [(0,)]


def test_verification_names_rows_that_are_missing(desk: Desk) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1), event(2)))
    desk.ingest()
    cursor = desk.store._cursor()
    cursor.execute("DELETE FROM events WHERE event_id = 'e-2'")
    (problem,) = verify_conservation(desk.store)
    assert problem.startswith(f"{DAY}/a.jsonl: lines do not add up: lines 2, events 2")
    assert "events_there 1" in problem
    cursor.execute("DELETE FROM files")
    (problem,) = verify_conservation(desk.store)
    assert problem.endswith("rows of a file that is not in the ledger")


def test_a_file_that_goes_away_is_not_an_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(f"{DAY}/a.jsonl", lines(event(1)))
    desk.put(f"{DAY}/b.jsonl", lines(event(2)))
    original = desk.inbox.open

    def vanish(path: str) -> Any:
        if path.endswith("a.jsonl"):
            raise FileNotFoundError(path)
        return original(path)

    monkeypatch.setattr(desk.inbox, "open", vanish)
    assert desk.ingest().events == 1


BAD: dict[str, tuple[bytes, list[str]]] = {
    "corrupt json": (b'{"input":', ["json"]),
    "wrong types": (lines(event(90, confidence="high", model=5)), ["schema"]),
    "nan": (b'{"confidence": NaN}', ["json"]),
    "a number of 30 digits as id": (lines(event(90, id=0)).replace(b'"id": 0', b'"id": ' + b"9" * 30), []),
    "duplicate keys": (b'{"id": 1, "id": 2}', ["duplicate_key"]),
    "lone surrogate": (b'{"input": "\\udc00"}', ["encoding"]),
    "nul in an id": (lines(event("9\0")), ["schema"]),  # type: ignore[arg-type]
    "nul in the input": (lines(event(90, input="a\0b")), []),
    "nul in a comment": (lines(feedback(90, comment="a\0b")), ["schema"]),
    "bom in the middle": (b"\xef\xbb\xbf" + lines(event(90)), ["json"]),
    "deep nesting": (b"[" * 100_000, ["depth"]),
    "unknown fields": (lines(event(90, whatever={"a": [1]})), []),
    "missing fields": (b'{"id": "x"}', ["schema"]),
    "no zone": (lines(event(90, occurred_at="2026-01-05T08:00:00")), ["time"]),
    "year 9999": (lines(event(90, occurred_at="9999-01-01T00:00:00Z")), ["time"]),
    "invalid utf-8": (b'{"input": "\xff"}', ["encoding"]),
    "a number that rounds": (lines(event(90)).replace(b"0.9", b"0.1234567890123456789"), []),
}


@pytest.mark.slow
@pytest.mark.parametrize("bad", BAD)
def test_bad_input_leaves_its_neighbours_alone(desk: Desk, bad: str) -> None:
    content, reasons = BAD[bad]
    desk.put(f"{DAY}/a.jsonl", lines(event(1), feedback(1), content.removesuffix(b"\n"), event(2)))
    expected = Ingested(files=1, lines=4, events=3 - len(reasons), feedback=1, duplicates=0, quarantined=len(reasons))
    assert desk.ingest() == expected
    assert desk.reasons() == reasons
    assert desk.rows("SELECT raw, line FROM quarantine") == [(content.removesuffix(b"\n"), 3)] * len(reasons)
    assert desk.rows("SELECT event_id FROM events WHERE line IN (1, 4) ORDER BY line") == [("e-1",), ("e-2",)]
    assert verify_conservation(desk.store) == []


def test_what_is_odd_but_allowed_is_kept_exactly(desk: Desk) -> None:
    big = 123456789012345678901234567890
    odd = {"n": big, "s": "\0\u2028é", "f": 1e-7}
    rounded = lines(event(2, input=odd)).replace(b"0.9", b"0.1234567890123456789")
    desk.put(f"{DAY}/a.jsonl", lines(event(1, id=big, input=odd)) + rounded)
    desk.ingest()
    (first, second) = desk.store.read("SELECT event_id, input, confidence, rescued FROM events ORDER BY line").rows()
    assert first == (str(big), in_order(odd), 0.9, None)
    assert second[1:3] == (in_order(odd), 0.12345678901234568)
    assert json.loads(second[3]) == {"$raw": rounded.decode().strip()}


def test_keys_stay_in_the_order_they_came_in_and_make_no_other_item(desk: Desk) -> None:
    one, other = {"b": {"d": 1, "c": 2}, "a": 3}, {"a": 3, "b": {"c": 2, "d": 1}}
    desk.put(f"{DAY}/a.jsonl", lines(event(1, input=one), event(2, input=other), event(1, input=other)))
    desk.ingest()
    rows = desk.store.read("SELECT input, item_id FROM events ORDER BY line").rows()
    assert rows == [('{"b":{"d":1,"c":2},"a":3}', item_id(one)), ('{"a":3,"b":{"c":2,"d":1}}', item_id(one))]
    assert desk.store.read("SELECT sum(duplicates) FROM files").item() == 1


@pytest.mark.slow
def test_whole_files_that_are_bad_end_in_one_record_each(desk: Desk) -> None:
    body = lines(*(event(n) for n in range(100)))
    desk.put(f"{DAY}/0 good.jsonl", body)
    desk.put(f"{DAY}/1 empty.jsonl", b"")
    desk.put(f"{DAY}/2 blank.jsonl", b"\n \n")
    desk.put(f"{DAY}/3 text.jsonl.gz", body)
    desk.put(f"{DAY}/4 gzip.jsonl", gzip.compress(body))
    desk.put(f"{DAY}/5 magic.parquet", b"PAR1 not really PAR1")
    desk.put(f"{DAY}/6 notes.txt", b"hello")
    assert desk.ingest() == Ingested(files=7, lines=106, events=100, feedback=0, duplicates=0, quarantined=6)
    assert desk.reasons() == ["empty", "empty", "file", "file", "file", "file"]
    assert desk.rows("SELECT DISTINCT line FROM quarantine") == [(0,)]
