"""Whole corpora of bad input through the real ingest, and the same rows on every backend."""

import gzip
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.feedback import Ingested, verify_conservation
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.feedback.conftest import Desk, desk_for
from tests.records.samples import DATA, event, feedback, lines

DAY = "dt=2026-01-05"
JSON_CORPUS = DATA / "JSONTestSuite" / "test_parsing"
PARQUET_CORPUS = DATA / "parquet-testing-bad_data" / "bad_data"
STRINGS = DATA / "blns" / "blns.json"


@pytest.mark.slow
@pytest.mark.skipif(not JSON_CORPUS.exists(), reason="the corpus is not here")
def test_every_unsound_file_of_the_json_corpus_is_quarantined(desk: Desk) -> None:
    files = sorted(JSON_CORPUS.glob("n_*"))
    assert len(files) == 188
    for file in files:
        desk.put(f"{DAY}/{file.name}l", file.read_bytes())
    taken = desk.ingest()
    assert (taken.files, taken.events, taken.feedback, taken.duplicates) == (188, 0, 0, 0)
    assert taken.quarantined == taken.lines >= 188
    assert desk.rows("SELECT count(*) FROM files WHERE lines = quarantined AND quarantined >= 1") == [(188,)]
    assert verify_conservation(desk.store) == []


@pytest.mark.skipif(not PARQUET_CORPUS.exists(), reason="the corpus is not here")
@pytest.mark.slow
def test_the_parquet_corpus_does_not_stop_a_good_file(desk: Desk) -> None:
    for file in sorted(PARQUET_CORPUS.glob("*.parquet")):
        desk.put(f"{DAY}/{file.name}", file.read_bytes())
    desk.put(f"{DAY}/z.jsonl", lines(event(1)))
    taken = desk.ingest()
    assert (taken.files, taken.events, taken.quarantined) == (9, 1, 21196)
    assert verify_conservation(desk.store) == []


@pytest.mark.skipif(not STRINGS.exists(), reason="the corpus is not here")
def test_naughty_strings_are_kept_as_they_are(desk: Desk) -> None:
    strings: list[str] = list(dict.fromkeys(json.loads(STRINGS.read_text(encoding="utf-8"))))
    assert len(strings) > 400
    desk.put(f"{DAY}/inputs.jsonl", lines(*(event(n, input=text) for n, text in enumerate(strings))))
    desk.put(f"{DAY}/comments.jsonl", lines(*(feedback(n, comment=text) for n, text in enumerate(strings))))
    desk.put(f"{DAY}/names.jsonl", lines(*(event(n, id=text, input="x") for n, text in enumerate(strings))))
    taken = desk.ingest()
    allowed = [text for text in strings if 0 < len(text) <= 512 and not any(c < " " or c == "\x7f" for c in text)]
    assert (taken.feedback, taken.events) == (len(strings), len(strings) + len(allowed))
    assert taken.quarantined == len(strings) - len(allowed) < 20
    kept = desk.rows("SELECT input FROM events JOIN files USING (file_id) WHERE path LIKE '%inputs%' ORDER BY line")
    assert [json.loads(text) for (text,) in kept] == strings
    assert [text for (text,) in desk.rows("SELECT comment FROM feedback ORDER BY line")] == strings
    names = desk.rows("SELECT event_id FROM events JOIN files USING (file_id) WHERE path LIKE '%names%' ORDER BY line")
    assert [text for (text,) in names] == allowed


@pytest.mark.slow
@settings(max_examples=3, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=12), st.sampled_from(["jsonl", "jsonl.gz", "parquet"]), st.uuids())
def test_any_bytes_at_all_are_accounted_for(crowded: Desk, contents: list[bytes], ending: str, name: UUID) -> None:
    planted = [line for n, raw in enumerate(contents) for line in (event(n, id=f"{name}-{n}"), raw.replace(b"\n", b""))]
    crowded.put(f"{DAY}/{name}.jsonl", lines(*planted))
    for number, raw in enumerate(contents[:3]):
        crowded.put(f"{DAY}/{name}-{number}.{ending}", raw)
    taken = crowded.ingest()
    assert taken.files == 1 + len(contents[:3])
    assert (taken.events, taken.feedback, taken.duplicates) == (len(contents), 0, 0)
    assert verify_conservation(crowded.store) == []


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    chosen = Settings(home=tmp_path_factory.mktemp("desk"))
    with Lake.open(chosen) as lake:
        yield desk_for(chosen, lake)


@pytest.mark.slow
def test_every_backend_holds_the_same(lake_settings: Settings, tmp_path: Path) -> None:
    digests = []
    for chosen in (lake_settings, Settings(home=tmp_path / "reference")):
        remote = chosen.data is not None and chosen.data.startswith("s3://")
        with Lake.open(chosen) as lake:
            desk = desk_for(chosen, lake, **({"inbox": f"{chosen.data}/inbox/dt={{day}}"} if remote else {}))
            desk.put(f"{DAY}/a.jsonl", lines(event(1), event(2), b"{", feedback(1)))
            desk.put(f"{DAY}/b.jsonl.gz", gzip.compress(lines(event(1), event(2, output="x")), mtime=0))
            assert desk.ingest() == Ingested(files=2, lines=6, events=2, feedback=1, duplicates=1, quarantined=2)
            assert desk.ingest().files == 0
            digests.append(desk.store.digests())
    assert digests[0] == digests[1]
