"""Erasing people and items: nothing of them is left anywhere, and all else proves to be as it was."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gt_platform.erasure import ErasureError, Subject, erase, look
from gt_platform.feedback import verify_conservation
from gt_platform.labeling.backends.label_studio.options import LabelStudio
from gt_platform.lake import Lake
from gt_platform.lake.proof import altered, chain_of
from gt_platform.lake.pseudonyms import key_of
from gt_platform.settings import Settings
from gt_platform.signing import Signer
from gt_platform.truth import Verdict, decide, explain, release, verify_fold, verify_releases
from gt_platform.truth.restoring import restore_release
from tests.erasure.world import (
    ANN,
    BOB,
    HERS,
    HIS,
    ITEM,
    MARK,
    SHARED,
    Home,
    events,
    lying_about,
    made,
    thumb,
)
from tests.support.label_studio import served_at
from tests.support.sentiment import DAY, item_of

HER = Subject(what="user", id=ANN)
SAID = "SELECT json_extract_string(input, '$') AS input FROM {} ORDER BY ALL"


def proven(home: Home) -> list[str]:
    """What `gt verify` finds wrong."""
    with Lake.open(home.settings, read_only=True) as lake:
        store = lake.store("sentiment")
        chain = chain_of(store)
        public_key = Signer(home.settings).public_key
        return [
            *chain.wrong,
            *altered(store, chain),
            *verify_conservation(store),
            *verify_fold(store),
            *verify_releases(store, home.project, bundles=lake.files, public_key=public_key),
        ]


@pytest.mark.slow
def test_nothing_of_a_user_is_left_and_the_rest_is_as_it_was(lake_settings: Settings) -> None:
    home = made(lake_settings)
    assert len(lying_about(home)) > 20
    assert lying_about(home, ITEM)
    assert proven(home) == []
    would = look(home.places, home.project, HER)
    told = erase(home.places, home.project, HER, why="they asked", actor="lee")
    assert told.rows == would.rows
    assert (len(told.found.ids["event"]), len(told.found.ids["item"]), told.found.shared) == (
        3, 2, [item_of(SHARED)],
    )  # fmt: skip
    assert (told.inbox, told.releases, told.left) == (2, 2, [])
    assert lying_about(home) == []
    assert lying_about(home, ITEM) == []
    assert proven(home) == []
    with Lake.open(home.settings) as lake:
        store = lake.store("sentiment")
        assert store.read(SAID.format("events"))["input"].to_list() == ["[erased]"] * 3 + [SHARED, HIS]
        assert store.read(SAID.format("ground_truth"))["input"].to_list() == [SHARED, HIS]
        for number, texts in ((1, ["[erased]", HIS]), (2, ["[erased]", "[erased]", SHARED, HIS])):
            snapshot = store.read("SELECT snapshot_id FROM releases WHERE release = ?", [number]).item()
            at = store.read(SAID.format(f"ground_truth AT (VERSION => {snapshot})"))
            assert at["input"].to_list() == texts


@pytest.mark.slow
def test_twice_is_once_and_what_comes_again_stays_out(home: Home) -> None:
    erase(home.places, home.project, HER, why="they asked", actor="lee")
    with Lake.open(home.settings) as lake:
        before = lake.store("sentiment").digests()
    again = erase(home.places, home.project, HER, why="they asked again", actor="kim")
    assert (again.rows, again.inbox, again.files, again.releases) == ({}, 0, 0, 0)
    home.write("again.jsonl", [*events(), thumb("e-ann-1", comment="late")], day=DAY + timedelta(days=1))
    came = home.ingest(DAY + timedelta(days=1))
    assert (came.events, came.duplicates, came.feedback, came.quarantined) == (0, 2, 0, 4)
    with Lake.open(home.settings) as lake:
        store = lake.store("sentiment")
        assert {name for name, digest in store.digests().items() if before[name] != digest} == {
            "attempts", "files", "quarantine",
        }  # fmt: skip
        rows = store.read("SELECT DISTINCT reason, raw FROM quarantine WHERE line > 0 AND reason = 'erased'").rows()
        assert rows == [("erased", None)]
        assert store.read("SELECT why, erased_by FROM erasures").rows() == [("they asked", "lee")]
    assert proven(home) == []


@pytest.mark.slow
def test_an_erased_item_is_explained_retired_and_never_restored(home: Home) -> None:
    told = erase(home.places, home.project, Subject(what="item", id=ITEM[:12]), why="private", actor="lee")
    assert (told.found.ids["event"], told.found.ids["item"]) == (["e-ann-0"], [ITEM])
    with Lake.open(home.settings) as lake:
        store = lake.store("sentiment")
        signer, erased = Signer(home.settings), explain(store, ITEM)
        assert list(erased) == ["erased"]
        assert erased["erased"].select("what", "why", "erased_by").rows() == [("item", "private", "lee")]
        assert release(store, home.project, bundles=lake.files, signer=signer).retired == 1
        restored = restore_release(store, home.project, "1", bundles=lake.files, signer=signer, actor="lee", force=True)
        assert (restored.items, restored.made.items) == (2, 1)
        assert store.read(SAID.format("ground_truth"))["input"].to_list() == [HIS]
        keyed = key_of(home.settings).of(ITEM)
        decided = "SELECT status, category, reason FROM current_decisions WHERE item_id = ?"
        assert store.read(decided, [keyed]).rows() == [("retired", "private", "erased: private")]
    assert proven(home) == []
    assert lying_about(home, HERS[0]) == []


@pytest.mark.slow
def test_what_they_proposed_stays_true_of_items_of_others_without_them(home: Home) -> None:
    said = {"type": "feedback", "id": "f-hers", "event_id": "e-bob-0", "occurred_at": "2026-01-05T13:00:00Z"}
    said |= {"annotator_kind": "end_user", "annotator_id": ANN, "comment": f"{MARK} knows better"}
    home.write("corrections.jsonl", [said | {"signal": "correction", "value": "negative"}])
    home.ingest()
    accept = Verdict(feedback_id="f-hers", act="accept", why=f"{MARK} was there")
    with Lake.open(home.settings) as lake:
        assert decide(lake.store("sentiment"), home.project, [accept], actor="rita").corrected == 1
    told = erase(home.places, home.project, HER, why="they asked", actor="lee")
    assert [sentence[:72] for sentence in told.left] == [
        f"what they proposed is the truth of item {item_of(HIS)[:12]}, which others wrote"
    ]
    assert lying_about(home) == []
    assert proven(home) == []
    with Lake.open(home.settings) as lake:
        store = lake.store("sentiment")
        standing = explain(store, item_of(HIS))
        assert standing["truth"].row(0)[:2] == ("corrected", "negative")
        assert standing["proposals"].select("decided_by", "verdict", "proposed", "reason").rows() == [
            ("rita", "accepted", "[erased]", None)
        ]
        assert not {"f-hers", ANN} & set(standing["proposals"].row(0))


@pytest.mark.slow
def test_one_after_the_other(home: Home) -> None:
    erase(home.places, home.project, Subject(what="item", id=ITEM), why="private", actor="lee")
    erase(home.places, home.project, HER, why="they asked", actor="lee")
    erase(home.places, home.project, Subject(what="user", id=BOB), why="he too", actor="lee")
    assert proven(home) == []
    for text in (HIS, SHARED, BOB, item_of(HIS)):
        assert lying_about(home, text) == [], text
    assert lying_about(home) == []


@pytest.mark.slow
def test_what_cannot_be_erased_is_refused_with_a_sentence(home: Home) -> None:
    with pytest.raises(ErasureError, match="there is nothing of user 'nobody' in sentiment"):
        erase(home.places, home.project, Subject(what="user", id="nobody"), why="so", actor="lee")
    with pytest.raises(ErasureError, match="say why it is erased"):
        erase(home.places, home.project, HER, why=" ", actor="lee")
    assert not (home.settings.home / "keys" / "erasure.key").exists()
    with served_at("http://127.0.0.1:9"):
        asked = LabelStudio.model_validate({"annotators": ["ann@example.test"]})
        places = replace(home.places, backend=asked.open(home.project, home.settings))
    rows = look(places, home.project, HER).rows
    with pytest.raises(ErasureError, match=r"cannot be reached: .* erased nothing yet: the same again goes on"):
        erase(places, home.project, HER, why="asked", actor="lee")
    assert look(places, home.project, HER).rows == rows
