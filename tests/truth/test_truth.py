"""Settling, folding, releasing and verifying on a real lake."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from gt_platform.canonical import digest
from gt_platform.labeling import adjudicate, adjudication_queue
from gt_platform.lake import Lake, LakeError, Store, versions
from gt_platform.lake.migrations import MIGRATIONS, VERSION, Migration
from gt_platform.lake.tables import GROUND_TRUTH, RELEASES, Column
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.signing import Signer
from gt_platform.truth import fold, release, settle, verify_fold, verify_releases
from gt_platform.truth.bundle import folder_of
from tests.support.sentiment import declare, item_of
from tests.truth.answered import answer


@pytest.fixture
def lake(lake_home: Path) -> Iterator[Lake]:
    with Lake.open(Settings(home=lake_home)) as opened:
        yield opened


@pytest.fixture
def store(lake: Lake) -> Store:
    return lake.store("sentiment")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path)


def test_majority_settles_ties_wait_and_incomplete_items_are_left_alone(store: Store, project: Project) -> None:
    answer(store, project, "good", ["positive", "positive", "neutral"])
    answer(store, project, "odd", ["positive", "negative", "neutral"])
    answer(store, project, "half", ["positive"])
    settled = settle(store, project)
    assert (settled.consensus, settled.adjudicated, settled.tied) == (1, 0, 1)
    assert settle(store, project).decisions == 0
    assert fold(store, project).items == 1
    row = store.read("SELECT input, answer, status, confidence, answers FROM ground_truth").row(0)
    assert row == ('"good"', '"positive"', "consensus", pytest.approx(2 / 3, abs=0.01), 3)
    assert adjudication_queue(store, project)["input"].to_list() == ['"odd"']


def test_a_ruling_settles_a_tie_for_good(store: Store, project: Project) -> None:
    answer(store, project, "odd", ["positive", "negative", "neutral"])
    settle(store, project)
    ruling = pl.DataFrame({"item_id": [item_of("odd")], "answer": ["negative"], "adjudicator": ["lee"]})
    assert adjudicate(store, project, ruling) == 1
    assert settle(store, project).adjudicated == 1
    assert settle(store, project).decisions == 0
    assert store.read("SELECT revision, status, answer FROM decisions ORDER BY revision").rows() == [
        (1, "adjudicate", None),
        (2, "adjudicated", '"negative"'),
    ]
    assert adjudication_queue(store, project).is_empty()


def test_rulings_that_rule_on_nothing_or_break_the_schema_enter_nothing(store: Store, project: Project) -> None:
    answer(store, project, "odd", ["positive", "negative", "neutral"])
    settle(store, project)
    good = {"item_id": item_of("odd"), "answer": "negative", "adjudicator": "lee"}
    with pytest.raises(LakeError, match="ruling 2: no item 'nothing' waits"):
        adjudicate(store, project, pl.DataFrame([good, good | {"item_id": "nothing"}]))
    with pytest.raises(LakeError, match="ruling 1: 'meh' is not one of negative, neutral, positive"):
        adjudicate(store, project, pl.DataFrame([good | {"answer": "meh"}]))
    assert store.read("SELECT * FROM adjudications").is_empty()


@pytest.mark.slow
def test_releases_are_made_only_of_changes_and_each_stays_readable(lake: Lake, store: Store, project: Project) -> None:
    def publish() -> tuple[int | None, bool, tuple[int, int, int]]:
        settle(store, project)
        fold(store, project)
        made = release(store, project, bundles=lake.files)
        return made.release, made.new, (made.added, made.changed, made.retired)

    assert publish() == (None, False, (0, 0, 0))
    answer(store, project, "good", ["positive"] * 3)
    assert publish() == (1, True, (1, 0, 0))
    assert publish() == (1, False, (0, 0, 0))
    answer(store, project, "bad", ["negative"] * 3)
    assert publish() == (2, True, (1, 0, 0))
    first = store.read("SELECT snapshot_id FROM releases WHERE release = 1").item()
    assert store.read("SELECT input FROM ground_truth AT (VERSION => ?)", [first])["input"].to_list() == ['"good"']
    lake.compact()
    assert store.read("SELECT input FROM ground_truth AT (VERSION => ?)", [first])["input"].to_list() == ['"good"']
    assert verify_releases(store, project, bundles=lake.files) == []


@pytest.fixture
def wider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Software whose ground truth has a column more, and a migration that adds it."""
    table = replace(GROUND_TRUTH, columns=(*GROUND_TRUTH.columns, Column("note", "VARCHAR", "A note", nullable=True)))
    added = "ALTER TABLE ground_truth ADD COLUMN note VARCHAR"
    step = Migration(version=VERSION + 1, said="truth has notes", statements=lambda _: [added])
    with monkeypatch.context() as patch:
        patch.setattr(versions, "MIGRATIONS", (*MIGRATIONS, step))
        patch.setattr(versions, "VERSION", VERSION + 1)
        for module in ("fold", "release", "verify"):
            patch.setattr(sys.modules[f"gt_platform.truth.{module}"], "GROUND_TRUTH", table)
        patch.setattr(sys.modules["gt_platform.truth.release"], "COLUMNS", table.column_names(stable_only=True))
        yield


def publish(lake: Lake, project: Project) -> tuple[int | None, bool]:
    store = lake.store("sentiment")
    settle(store, project)
    fold(store, project)
    made = release(store, project, bundles=lake.files)
    return made.release, made.new


@pytest.mark.slow
def test_a_column_that_comes_later_changes_no_release_and_makes_none(
    tmp_path: Path, project: Project, request: pytest.FixtureRequest
) -> None:
    settings = Settings(home=tmp_path)
    with Lake.open(settings) as lake:
        answer(lake.store("sentiment"), project, "good", ["positive"] * 3)
        assert publish(lake, project) == (1, True)
    request.getfixturevalue("wider")
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        assert publish(lake, project) == (1, False)
        assert verify_releases(store, project, bundles=lake.files) == []
        answer(store, project, "bad", ["negative"] * 3)
        assert publish(lake, project) == (2, True)
        assert publish(lake, project) == (2, False)
        assert verify_releases(store, project, bundles=lake.files) == []
        covered = store.read("SELECT digest_columns::VARCHAR FROM releases ORDER BY release").to_series()
        assert [json.loads(columns)[-1] for columns in covered] == ["split", "note"]


def test_a_bundle_holds_the_release_and_a_changed_file_is_found(lake: Lake, store: Store, project: Project) -> None:
    answer(store, project, "good", ["positive"] * 3)
    settle(store, project)
    fold(store, project)
    made = release(store, project, bundles=lake.files)
    folder = f"sentiment/releases/00001-{(made.digest or '')[:12]}"
    frozen = pl.read_parquet(lake.files.read(f"{folder}/ground_truth.parquet"))
    assert frozen.select("input", "answer").rows() == [('"good"', '"positive"')]
    manifest = json.loads(lake.files.read(f"{folder}/manifest.json"))
    assert (manifest["content_digest"], manifest["parent_digest"]) == (made.digest, None)
    lake.files.write(f"{folder}/README.md", b"better than ever")
    assert verify_releases(store, project, bundles=lake.files) == [
        "release 1: README.md in its bundle is missing or changed"
    ]


def released_twice(lake: Lake, store: Store, project: Project, signers: list[Signer | None]) -> list[str]:
    """A release with each signer, and the folders of their bundles."""
    for number, signer in enumerate(signers):
        answer(store, project, f"text {number}", ["positive"] * 3)
        settle(store, project)
        fold(store, project)
        release(store, project, bundles=lake.files, signer=signer)
    made = store.read("SELECT release, digest FROM releases ORDER BY release").rows()
    return [folder_of("sentiment", number, digest) for number, digest in made]


@pytest.mark.slow
def test_a_signed_release_vouches_for_those_before_it(
    lake: Lake, store: Store, project: Project, tmp_path: Path
) -> None:
    ours, other = (Signer(Settings(home=tmp_path / name)) for name in ("ours", "theirs"))
    folders = released_twice(lake, store, project, [None, ours, other, ours, None])
    found = verify_releases(store, project, bundles=lake.files, public_key=ours.public_key)
    assert found == ["release 5: its bundle is not signed by the given key"]
    found = verify_releases(store, project, bundles=lake.files, public_key=other.public_key)
    assert found == [f"release {number}: its bundle is not signed by the given key" for number in (4, 5)]
    assert verify_releases(store, project, bundles=lake.files) == []
    assert lake.files.read(f"{folders[1]}/public_key.pem") == ours.pem


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "ground_truth.parquet", "changelog.parquet"])
@pytest.mark.slow
def test_each_file_of_a_bundle_is_held_against_the_lake(
    name: str, lake: Lake, store: Store, project: Project, tmp_path: Path
) -> None:
    first, second = released_twice(lake, store, project, [Signer(Settings(home=tmp_path))] * 2)
    lake.files.write(f"{second}/{name}", lake.files.read(f"{first}/{name}"))
    assert verify_releases(store, project, bundles=lake.files)[0] == (
        f"release 2: {name} in its bundle is missing or changed"
    )


def test_a_bundle_from_before_manifests_were_known_is_held_against_the_truth(
    lake: Lake, store: Store, project: Project
) -> None:
    (folder,) = released_twice(lake, store, project, [None])
    older = store.read("SELECT * REPLACE (NULL AS manifest_digest) FROM releases")
    store.commit("older", lambda writer: writer.replace(RELEASES, older.clear()))
    store.commit("older", lambda writer: writer.replace(RELEASES, older))
    assert verify_releases(store, project, bundles=lake.files) == []
    truth = pl.read_parquet(lake.files.read(f"{folder}/ground_truth.parquet"))
    content = io.BytesIO()
    truth.with_columns(answer=pl.lit('"negative"')).write_parquet(content)
    manifest = json.loads(lake.files.read(f"{folder}/manifest.json"))
    manifest["files"]["ground_truth.parquet"]["sha256"] = digest(content.getvalue())
    lake.files.write(f"{folder}/ground_truth.parquet", content.getvalue())
    lake.files.write(f"{folder}/manifest.json", json.dumps(manifest).encode())
    assert verify_releases(store, project, bundles=lake.files) == ["release 1: its bundle has not the released content"]


def test_verify_finds_truth_that_decisions_do_not_make(store: Store, project: Project) -> None:
    answer(store, project, "good", ["positive"] * 3)
    settle(store, project)
    fold(store, project)
    assert verify_fold(store) == []
    tampered = store.read("SELECT * FROM ground_truth").with_columns(answer=pl.lit('"negative"'))
    store.commit("tamper", lambda writer: writer.replace(GROUND_TRUTH, tampered))
    assert verify_fold(store) == [item_of("good")]
