"""What append and replace do to a table, on every backend."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from gt_platform.lake import KeyConflictError, Lake, LakeError, Store
from gt_platform.lake.tables import EVENTS, FILES, QUARANTINE, ROW_SCORES, SCORES, TABLES, Table
from gt_platform.settings import Settings
from tests.support.backends import BACKENDS
from tests.support.rows import CLOCK, DAY, keyed, rows

NEXT_DAY = DAY + timedelta(days=1)
BLNS = Path(__file__).parents[2].parent / "shared" / "data" / "blns" / "blns.json"


def append(store: Store, table: Table, frame: pl.DataFrame) -> int:
    return store.commit("append", lambda writer: writer.append(table, frame))


def replace(store: Store, table: Table, frame: pl.DataFrame, *, day: date | None = None) -> int:
    return store.commit("replace", lambda writer: writer.replace(table, frame, day=day))


def versions(store: Store) -> int:
    return int(store.read("SELECT count(*) FROM gt.snapshots()").item())


def scores(store: Store) -> dict[str, tuple[date, float]]:
    found = store.read("SELECT event_id, frame_day, drift_score FROM row_scores ORDER BY event_id").rows()
    return {event: (day, score) for event, day, score in found}


def scored(day: date, **score: float) -> pl.DataFrame:
    given = [{"event_id": event, "frame_day": day, "drift_score": value} for event, value in score.items()]
    return rows(ROW_SCORES, *given)


def test_append_takes_each_key_once(store: Store) -> None:
    assert append(store, EVENTS, keyed(EVENTS, "a", "b")) == 2
    assert append(store, EVENTS, keyed(EVENTS, "b", "c", "c")) == 1
    assert store.read("SELECT event_id FROM events ORDER BY event_id").to_series().to_list() == ["a", "b", "c"]


def test_append_of_what_is_known_makes_no_version(store: Store) -> None:
    append(store, EVENTS, keyed(EVENTS, "a", "b"))
    before = versions(store)
    assert append(store, EVENTS, keyed(EVENTS, "b", "a")) == 0
    assert append(store, EVENTS, keyed(EVENTS)) == 0
    assert versions(store) == before


def test_append_refuses_a_key_that_stands_for_something_else(store: Store) -> None:
    append(store, EVENTS, keyed(EVENTS, "a", "b"))
    before = store.digests()
    with pytest.raises(KeyConflictError, match=r"events: rows with the key \(event_id\) = b stand there already"):
        append(store, EVENTS, pl.concat([keyed(EVENTS, "new"), keyed(EVENTS, "b", model="other")]))
    assert store.digests() == before


def test_append_refuses_nothing_for_something(store: Store) -> None:
    append(store, EVENTS, keyed(EVENTS, "a", user_id=None))
    with pytest.raises(KeyConflictError):
        append(store, EVENTS, keyed(EVENTS, "a", user_id="u"))


def test_append_refuses_a_key_given_twice_with_different_content(store: Store) -> None:
    with pytest.raises(KeyConflictError, match="= a come twice with different content"):
        append(store, EVENTS, pl.concat([keyed(EVENTS, "a"), keyed(EVENTS, "a", model="other")]))
    assert store.read("SELECT event_id FROM events").is_empty()


def test_clocks_are_no_conflict(store: Store) -> None:
    later = CLOCK + timedelta(hours=1)
    append(store, FILES, keyed(FILES, "f", seen_at=CLOCK, version="1"))
    assert append(store, FILES, keyed(FILES, "f", seen_at=later, version="2")) == 0
    assert replace(store, FILES, keyed(FILES, "f", seen_at=later, version="2")) == 0
    assert store.read("SELECT seen_at, version FROM files").rows() == [(CLOCK, "1")]


def test_the_same_row_twice_in_a_frame_differing_in_clocks_only(store: Store) -> None:
    frame = pl.concat([keyed(FILES, "f", seen_at=CLOCK), keyed(FILES, "f", seen_at=CLOCK + timedelta(hours=1))])
    assert append(store, FILES, frame) == 1
    assert store.read("SELECT file_id FROM files").rows() == [("f",)]


def test_a_key_of_several_columns(store: Store) -> None:
    frame = rows(SCORES, {"slice": "a"}, {"slice": "b"}, {"slice": "b", "label": "positive"})
    assert append(store, SCORES, frame) == 3
    assert append(store, SCORES, frame) == 0
    with pytest.raises(KeyConflictError):
        append(store, SCORES, rows(SCORES, {"slice": "b", "estimate": 0.25}))


def test_replace_makes_the_table_equal(store: Store) -> None:
    assert replace(store, ROW_SCORES, scored(DAY, a=0.1, b=0.2)) == 2
    assert replace(store, ROW_SCORES, scored(DAY, b=0.2, c=0.3)) == 2
    assert scores(store) == {"b": (DAY, 0.2), "c": (DAY, 0.3)}
    assert replace(store, ROW_SCORES, scored(DAY, b=0.9, c=0.3)) == 2
    assert scores(store) == {"b": (DAY, 0.9), "c": (DAY, 0.3)}
    assert replace(store, ROW_SCORES, scored(DAY)) == 2
    assert scores(store) == {}


def test_a_frame_without_columns_is_no_rows(store: Store) -> None:
    assert replace(store, ROW_SCORES, scored(DAY, a=0.1)) == 1
    assert replace(store, ROW_SCORES, pl.DataFrame()) == 1
    assert store.read("SELECT * FROM row_scores").is_empty()


def test_replace_with_the_same_makes_no_version(store: Store) -> None:
    replace(store, ROW_SCORES, scored(DAY, a=0.1, b=0.2))
    before = versions(store)
    assert replace(store, ROW_SCORES, scored(DAY, b=0.2, a=0.1)) == 0
    assert replace(store, ROW_SCORES, scored(DAY, b=0.2, a=0.1), day=DAY) == 0
    assert replace(store, ROW_SCORES, scored(NEXT_DAY), day=NEXT_DAY) == 0
    assert versions(store) == before


def test_replacing_a_day_leaves_the_others(store: Store) -> None:
    replace(store, ROW_SCORES, scored(DAY, a=0.1, b=0.2), day=DAY)
    replace(store, ROW_SCORES, scored(NEXT_DAY, c=0.3), day=NEXT_DAY)
    replace(store, ROW_SCORES, scored(DAY, b=0.5), day=DAY)
    assert scores(store) == {"b": (DAY, 0.5), "c": (NEXT_DAY, 0.3)}
    replace(store, ROW_SCORES, scored(NEXT_DAY), day=NEXT_DAY)
    assert scores(store) == {"b": (DAY, 0.5)}


def test_replacing_a_day_refuses_rows_of_another(store: Store) -> None:
    with pytest.raises(LakeError, match="rows of another frame day than 2026-01-05"):
        replace(store, ROW_SCORES, scored(NEXT_DAY, a=0.1), day=DAY)
    replace(store, ROW_SCORES, scored(DAY, a=0.1), day=DAY)
    with pytest.raises(KeyConflictError, match="= a stand there already under another frame day"):
        replace(store, ROW_SCORES, scored(NEXT_DAY, a=0.1), day=NEXT_DAY)
    assert scores(store) == {"a": (DAY, 0.1)}


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (keyed(EVENTS, "a").with_columns(extra=pl.lit(1)), r"events: unknown columns \['extra'\]"),
        (keyed(EVENTS, "a").drop("model"), r"missing columns \['model'\]"),
    ],
)
def test_columns_that_do_not_fit(frame: pl.DataFrame, message: str, settings_for: Callable[[str], Settings]) -> None:
    with Lake.open(settings_for("sqlite+folder")) as lake, pytest.raises(LakeError, match=message):
        append(lake.store("sentiment"), EVENTS, frame)


def test_optional_columns_may_be_left_out(store: Store) -> None:
    append(store, EVENTS, keyed(EVENTS, "a").drop("user_id", "confidence", "rescued"))
    assert store.read("SELECT user_id, confidence, rescued FROM events").rows() == [(None, None, None)]


def test_a_required_value_may_not_be_missing(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)not null.*model|model.*null"):
        append(store, EVENTS, keyed(EVENTS, "a", model=None))
    assert store.read("SELECT event_id FROM events").is_empty()


@pytest.mark.slow
def test_every_type_comes_back_as_it_went(store: Store) -> None:
    for table in TABLES:
        frame = rows(table, {}).select(table.column_names())
        assert append(store, table, frame) == 1, table.name
        assert store.read(f"SELECT * FROM {table.name}").rows() == frame.rows(), table.name  # noqa: S608
    raw = bytes(range(256))
    append(store, QUARANTINE, keyed(QUARANTINE, "bytes", raw=raw))
    assert store.read("SELECT raw FROM quarantine WHERE quarantine_id = ?", ["bytes"]).item() == raw


def test_moments_at_the_edges_of_time(store: Store) -> None:
    moments = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)]
    frame = rows(EVENTS, *({"event_id": str(moment.year), "occurred_at": moment} for moment in moments))
    append(store, EVENTS, frame)
    assert store.read("SELECT occurred_at FROM events ORDER BY occurred_at").to_series().to_list() == moments


def naughty() -> list[str]:
    listed = json.loads(BLNS.read_text(encoding="utf-8")) if BLNS.exists() else []
    own = ["", "\ufeff", "'; DROP TABLE events; --", '"', "\\", "\x7f\x1b[31m", "\U0010ffff", "é", "e\u0301"]
    return sorted({*listed, *own, "x" * 100_000})


def test_any_string_comes_back_as_it_went(store: Store) -> None:
    texts = naughty()
    given = [
        {"event_id": text, "input": json.dumps(text), "output": json.dumps(text, ensure_ascii=False)}
        | {"user_id": text, "attributes": json.dumps({text: [text, "\0", "a\0b"]})}
        for text in texts
    ]
    append(store, EVENTS, rows(EVENTS, *given))
    columns = ["event_id", "input", "output", "user_id", "attributes"]
    found = store.read("SELECT event_id, input, output, user_id, attributes FROM events").rows()
    assert sorted(found) == sorted(tuple(row[name] for name in columns) for row in given)
    assert append(store, EVENTS, rows(EVENTS, *given)) == 0


def test_any_string_can_be_looked_for(store: Store) -> None:
    append(store, EVENTS, keyed(EVENTS, *naughty()))
    for text in ("'; DROP TABLE events; --", "", "\ufeff", "\U0010ffff", "x" * 100_000):
        assert store.read("SELECT event_id FROM events WHERE event_id = ?", [text]).rows() == [(text,)]


def test_nul_is_refused_in_text_and_kept_in_json(store: Store) -> None:
    with pytest.raises(LakeError, match=r"events: NUL \(U\+0000\) in event_id, user_id"):
        append(store, EVENTS, keyed(EVENTS, "a\0b", user_id="\0"))
    append(store, EVENTS, keyed(EVENTS, "a", input=json.dumps("\0a\0")))
    assert store.read("SELECT input->>'$' FROM events").item() == "\0a\0"


def test_json_is_kept_to_the_letter(store: Store) -> None:
    texts = [
        "123456789012345678901234567890",
        "1e400",
        "-0",
        "1.10",
        '{"b":1,"a":2,"a":3}',
        "[" * 100 + "]" * 100,
        '"/\\/"',
    ]
    append(store, EVENTS, rows(EVENTS, *({"event_id": str(n), "input": text} for n, text in enumerate(texts))))
    assert store.read("SELECT input FROM events ORDER BY event_id").to_series().to_list() == texts


@pytest.mark.parametrize("text", ['"\\ud800"', "", "{", "'a'"])
@pytest.mark.slow
def test_what_is_no_json_is_refused(text: str, settings_for: Callable[[str], Settings]) -> None:
    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("sentiment")
        with pytest.raises(duckdb.ConversionException, match="Malformed JSON"):
            append(store, EVENTS, keyed(EVENTS, "a", input=text))
        assert store.read("SELECT event_id FROM events").is_empty()


@pytest.mark.slow
def test_digests_see_content_and_nothing_else(settings_for: Callable[[str], Settings]) -> None:
    found = []
    given = [{"event_id": f"e{number}", "input": json.dumps(text)} for number, text in enumerate(naughty())]
    for order, backend in enumerate((*BACKENDS, "sqlite+s3")):
        with Lake.open(settings_for(backend)) as lake:
            store = lake.store("sentiment")
            pieces = [given] if order == 0 else [given[order::2], given[: len(given) // 2], given]
            for piece in pieces:
                append(store, EVENTS, rows(EVENTS, *piece))
            append(store, FILES, keyed(FILES, "f", seen_at=CLOCK + timedelta(days=order), version=str(order)))
            lake.compact()
            found.append(store.digests())
    assert found[0] == found[1] == found[2]
    assert set(found[0]) == {table.name for table in TABLES}
    assert found[0]["events"] != found[0]["feedback"]


@pytest.mark.slow
def test_digests_change_with_any_stable_column(settings_for: Callable[[str], Settings]) -> None:
    changes = {"user_id": "u", "confidence": 0.25, "occurred_at": CLOCK.replace(microsecond=1)}
    with Lake.open(settings_for("sqlite+folder")) as lake:
        store = lake.store("sentiment")
        seen = [store.digests([EVENTS])["events"]]
        for change in [{}, *({name: value} for name, value in changes.items())]:
            replace(store, EVENTS, keyed(EVENTS, "a", **change))
            seen.append(store.digests([EVENTS])["events"])
    assert len(set(seen)) == len(changes) + 2


def test_frames_can_be_joined_in_a_query(store: Store) -> None:
    append(store, EVENTS, keyed(EVENTS, "a", "b"))
    wanted = pl.DataFrame({"event_id": ["b", "z"], "weight": [2, 3]})
    query = "SELECT event_id, weight FROM events JOIN wanted USING (event_id) WHERE weight > $least"
    assert store.read(query, {"least": 1}, frames={"wanted": wanted}).rows() == [("b", 2)]
    with pytest.raises(Exception, match="wanted"):
        store.read("SELECT weight FROM wanted")
