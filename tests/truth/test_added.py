"""Items that somebody adds: asked, settled and scored as a set of their own, and no part of what production is said."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform import truth
from gt_platform.benchmark import leaderboard, score, stand
from gt_platform.held_out import SplitError, benchmark_of, draw_splits, exported
from gt_platform.labeling import ask_anew, assign
from gt_platform.labeling.agreement import agreement
from gt_platform.labeling.evidence import judged
from gt_platform.labeling.honeypots import inject
from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.tables import ANNOTATIONS, PREDICTIONS
from gt_platform.likeness import find_duplicates
from gt_platform.project import Project
from gt_platform.report import body, facts
from gt_platform.settings import Settings
from gt_platform.stats.annotators import Levels
from gt_platform.truth import Added, Records, TruthError
from tests.labeling.people import START, People
from tests.support.rows import rows as table_rows
from tests.support.sentiment import DAY, declare, event, item_of, put_events, put_items, put_sample
from tests.truth.answered import answer

TEXTS, TRAPS = (
    [" ".join(f"{word}{number}x{at}" for at in range(10)) for number in range(count)]
    for word, count in (("w", 40), ("trap", 10))
)
ALIKE = TEXTS[0].replace("x9", "y9")
"""Nearly one of production's: adversarial items often are."""
OF_PRODUCTION = (
    "SELECT * EXCLUDE (release) FROM scores ORDER BY ALL",
    "SELECT * EXCLUDE (release) FROM candidate_scores WHERE estimand IN ('production', 'benchmark') AND "
    "release = (SELECT max(release) FROM releases) ORDER BY ALL",
    "SELECT * EXCLUDE (release) FROM comparisons WHERE release = (SELECT max(release) FROM releases) ORDER BY ALL",
    "SELECT * FROM measurements ORDER BY ALL",
    "SELECT * FROM annotators ORDER BY ALL",
    "SELECT * EXCLUDE (pool) FROM settlements SEMI JOIN sample USING (item_id) ORDER BY item_id",
    "SELECT * FROM decisions SEMI JOIN sample USING (item_id) ORDER BY ALL",
    "SELECT item_id, duplicate_group FROM duplicates SEMI JOIN sample USING (item_id) ORDER BY item_id",
    "SELECT * FROM splits ORDER BY item_id",
    "SELECT * EXCLUDE (release) FROM training ORDER BY item_id",
)
"""All that is said of production, and what is trained on."""


def declared(home: Path, **changes: Any) -> Project:
    honeypots = {"honeypots": {"pool": 3}, "language": "attributes.language"}
    labeling = {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}}
    return declare(home, **{"labeling": labeling | honeypots, "splits": {"test": 10, "train": "rest"}} | changes)


def written(folder: Path, *records: Any, name: str = "traps.jsonl") -> Path:
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder / name


def add(store: Store, project: Project, records: Records, origin: str = "adversarial", *, ask: bool = True) -> Added:
    def asking(writer: Writer, items: Sequence[str]) -> int:
        return ask_anew(writer, project, items)

    return truth.add_items(store, project, records, origin=origin, actor="kim", ask=asking if ask else None)


def produce(store: Store, project: Project) -> None:
    """Forty events that three annotators answered, the third of them now and then otherwise."""
    rows = [event(at, text, output=json.dumps(("positive", "negative")[at % 5 == 0])) for at, text in enumerate(TEXTS)]
    put_events(store, rows)
    put_sample(store, rows)
    for at, text in enumerate(TEXTS):
        said = ("positive", "negative")[at % 4 == 0]
        answer(store, project, text, [said, said, "neutral" if at % 6 == 0 else said])
    put_items(store, rows)


def predict(store: Store, texts: Sequence[str], wrong: int) -> None:
    said = [
        {"candidate": "v2", "item_id": item_of(text), "repetition": 1, "attempt": 1, "content_digest": text}
        | {"output": '"negative"' if at < wrong else '"positive"', "made_at": datetime.now(UTC) + timedelta(hours=1)}
        for at, text in enumerate(texts)
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *said)))


def answered(store: Store, project: Project) -> None:
    """Whoever is asked of an added item says it is positive, but for the first, who is always right of production."""
    asked = store.read(
        "SELECT assignment_id, item_id, slot FROM assignments ANTI JOIN annotations USING (assignment_id)"
    )
    given = asked.select(
        "assignment_id", "item_id", annotator=pl.format("a{}", "slot"),
        answer=pl.when(pl.col("slot") == 1).then(pl.lit('"neutral"')).otherwise(pl.lit('"positive"')),
        guideline_version=pl.lit(project.guideline_version), schema_version=pl.lit(project.schema_version),
        collected_at=pl.lit(datetime.now(UTC)),
    )  # fmt: skip
    store.commit("annotations", lambda writer: writer.append(ANNOTATIONS, given))


def night(lake: Lake, store: Store, project: Project) -> None:
    find_duplicates(store, project)
    truth.settle(store, project)
    draw_splits(store, project)
    truth.fold(store, project)
    truth.release(store, project, bundles=lake.files)
    score(store, project)
    stand(store, project)


def said_of_production(store: Store, project: Project) -> list[Any]:
    levels = Levels(pause=0.5, watch=0.7, minimum=5)
    told = [store.read(sql).rows() for sql in OF_PRODUCTION]
    return [*told, agreement(store, project), judged(store, project.answer_kind, levels, now=START, doubted=[])]


@pytest.mark.slow
def test_a_set_has_its_own_scores_and_nothing_said_of_production_moves_by_a_bit(
    lake_home: Path, tmp_path: Path
) -> None:
    project = declared(tmp_path)
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        produce(store, project)
        predict(store, TEXTS, wrong=6)
        night(lake, store, project)
        before = said_of_production(store, project)
        records = truth.items_in(
            written(tmp_path, *({"input": text, "family": text[:5]} for text in TRAPS), {"text": ALIKE}),
            project, source="red team",
        )  # fmt: skip
        told = add(store, project, records)
        assert (told.new, told.asked, told.assignments) == (11, 11, 33)
        predict(store, [*TRAPS, ALIKE], wrong=3)
        answered(store, project)
        night(lake, store, project)
        assert said_of_production(store, project) == before
        assert [len(one) for one in before[:8]] == [6, 4, 2, 40, 3, 40, 40, 40]
        released = store.read("SELECT origin, source, count(*), any_value(answer) FROM ground_truth GROUP BY ALL")
        assert ("adversarial", "red team", 11, '"positive"') in released.rows()
        own = "SELECT estimate, n, method FROM candidate_scores WHERE estimand = 'adversarial' AND metric = 'accuracy'"
        ((estimate, n, method),) = store.read(f"{own} AND candidate = 'v2' AND slice = '*' AND estimate > 0").rows()
        assert (estimate, n) == (pytest.approx(8 / 11), 11)
        assert "all items that were added" in method
        assert store.read(f"{own} AND candidate = 'production' AND estimate IS NOT NULL").is_empty()
        (place,) = leaderboard(store, project, "adversarial")
        assert (place.candidate, place.n, place.first, place.last) == ("v2", 11, 1, 1)
        assert place.low is not None
        assert place.high is not None
        assert place.low < 8 / 11 < place.high
        assert "<td>adversarial</td><td>v2</td><td>72.7%</td>" in body(project, facts(store, project), DAY)
        _kept_apart(store, project)


def _kept_apart(store: Store, project: Project) -> None:
    """From training, from honeypots, and from what may leave the house by mistake."""
    everything = store.read("SELECT * FROM ground_truth ORDER BY item_id")
    with pytest.raises(SplitError, match="may still move"):
        exported(store, everything)
    with pytest.raises(SplitError, match="adversarial is held out"):
        exported(store, everything, splits=["adversarial"])
    assert exported(store, everything, splits=["adversarial"], benchmark=True)["origin"].unique().to_list() == [
        "adversarial"
    ]
    assert benchmark_of(store, project).items == 21
    assert benchmark_of(store, project, "adversarial").items == 11
    store.commit("honeypots", lambda writer: inject(writer, project, [], START))
    assert store.read("SELECT count(*) FROM honeypots SEMI JOIN added_items USING (item_id)").item() == 0


def test_what_is_added_is_told_once_and_what_production_has_stays_its_own(lake_home: Path, tmp_path: Path) -> None:
    project = declared(tmp_path)
    file = written(
        tmp_path, {"input": "new", "language": "de", "answer": "positive"}, {"question": "new"}, {"input": "good"},
        {"topic": "none"}, "{broken", {"input": "x", "item_id": "0" * 64}, {"prompt": "other", "metadata": {"hard": 1}},
    )  # fmt: skip
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        answer(store, project, "good", ["positive"] * 3)
        records = truth.items_in(file, project, source="us")
        assert records.rejected.select("line", "reason").rows() == [(4, "schema"), (5, "json"), (6, "item")]
        at = store.snapshot_id
        assert truth.compare_items(store, records, "hand_made").new == 2
        assert store.snapshot_id == at
        told = add(store, project, records, "hand_made")
        assert (told.new, told.known, told.again, told.answered) == (2, 0, 1, 1)
        assert told.production == (item_of("good"),)
        known = "SELECT input ->> '$', origin, source, attributes FROM items ORDER BY input"
        assert store.read(known).rows() == [
            ("good", "event", None, None),
            ("new", "hand_made", "us", '{"language":"de"}'),
            ("other", "hand_made", "us", '{"hard":1}'),
        ]
        requires = "SELECT DISTINCT requires FROM assignments SEMI JOIN added_items USING (item_id) ORDER BY requires"
        assert store.read(requires).rows() == [('["language:de"]',), (None,)]
        at = store.snapshot_id
        again = add(store, project, records, "hand_made")
        assert (again.new, again.known, again.assignments, store.snapshot_id) == (0, 2, 0, at)
        assert add(store, project, records, "adversarial").elsewhere == (item_of("new"), item_of("other"))
        rows = [event(1, "new", attributes='{"channel":"web"}')]
        put_events(store, rows)
        put_sample(store, rows)
        assert assign(store, project, DAY, backend=People({})).asked == 0
        drawn = store.read("SELECT origin, event_id, attributes FROM items WHERE item_id = ?", [item_of("new")])
        assert drawn.rows() == [("hand_made", "e-1", '{"channel":"web","language":"de"}')]
        with pytest.raises(TruthError, match="declares a split adversarial"):
            add(store, declared(tmp_path, splits={"adversarial": 3, "train": "rest"}), records)


def test_without_splits_the_sets_still_stay_here_and_are_asked_when_told_to(lake_home: Path, tmp_path: Path) -> None:
    project = declared(tmp_path, splits={})
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        answer(store, project, "good", ["positive"] * 3)
        records = truth.items_in(written(tmp_path, {"input": "trap"}), project, source="us")
        assert add(store, project, records, ask=False).assignments == 0
        assert add(store, project, records).assignments == 3
        answered(store, project)
        truth.settle(store, project)
        truth.fold(store, project)
        everything = store.read("SELECT * FROM ground_truth ORDER BY item_id")
        assert everything.height == 2
        assert exported(store, everything)["item_id"].to_list() == [item_of("good")]
        assert exported(store, everything, benchmark=True).height == 2
        with pytest.raises(SplitError, match="no split test"):
            exported(store, everything, splits=["test"])
