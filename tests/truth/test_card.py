"""The card of a release, its changelog, and that the hub's own reader takes the card's metadata."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from huggingface_hub import DatasetCard, DatasetCardData

from gt_platform.lake import Lake
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth.bundle import folder_of
from gt_platform.truth.card import card, facts
from tests.support.released import published
from tests.support.sentiment import declare, event, put_events, put_sample

DECLARED: dict[str, Any] = {
    "title": "How people feel",
    "languages": ["en", "de"],
    "license": "cc-by-4.0",
    "intended_use": "To measure models by.",
    "limits": "Not of irony.",
    "known_problems": ["Emoji are rare."],
    "citation": "@misc{us}",
}


def bundle(lake: Lake, project: Project, truths: dict[str, str]) -> dict[str, str]:
    """The texts of the bundle that these answers make."""
    made = published(lake, project, truths)
    folder = folder_of(project.name, made.release or 0, made.digest or "")
    return {name: lake.files.read(f"{folder}/{name}").decode() for name in ("README.md", "CHANGELOG.md")}


def test_a_card_says_what_is_declared_and_what_the_lake_knows(tmp_path: Path) -> None:
    project = declare(tmp_path, card=DECLARED)
    with Lake.open(Settings(home=tmp_path)) as lake:
        rows = [event(1, "good"), event(2, "good"), event(3, "bad")]
        put_events(lake.store("sentiment"), rows)
        put_sample(lake.store("sentiment"), rows)
        card = bundle(lake, project, {"good": "positive", "fine": "positive", "bad": "negative"})["README.md"]
    for said in (
        "# How people feel, release 1",
        "- Items: 3",
        "## Intended use\n\nTo measure models by.",
        "## Limits\n\nNot of irony.",
        "| `test` | 2026-01-05 to 2026-01-05 | 3 | 2 | 1 to 1 |",
        "- Annotators: 3, who gave 9 answers",
        "- Mean share of equal pairs of answers: 1.000 [0.439, 1.000], over 3 items",
        "- Ruled or corrected by a reviewer: 0 of 3 items (0.0%)",
        "| slice | positive | negative |",
        "| all | 2 | 1 |",
        "- Emoji are rare.",
        "- Added 3 items.",
        "## Citation\n\n@misc{us}",
    ):
        assert said in card, said
    assert "| a0 |" not in card  # annotators are counted, never named


def test_answers_are_counted_by_slice_and_items_by_split(tmp_path: Path) -> None:
    project = declare(tmp_path, benchmark={"metrics": ["accuracy"], "slices": ["channel"]})
    with Lake.open(Settings(home=tmp_path)) as lake:
        published(lake, project, {"good": "positive", "bad": "negative", "worse": "negative"})
        store = lake.store("sentiment")
        truth = store.read("FROM ground_truth ORDER BY input").with_columns(
            attributes=pl.Series(['{"channel":"a|b"}', '{"channel":"web"}', None], dtype=pl.String),
            split=pl.Series(["test", "train", "train"], dtype=pl.String),
        )
        told = card(project, 2, truth, facts(store), digest="d", changes=["Changed nothing."])
    assert "| slice | negative | positive |" in told
    assert "| channel=a\\|b | 1 | 0 |" in told
    assert "| channel=web | 0 | 1 |" in told
    assert "| test | 1 |\n| train | 2 |" in told


def test_the_hub_reads_the_metadata(tmp_path: Path) -> None:
    project = declare(tmp_path, card=DECLARED)
    with Lake.open(Settings(home=tmp_path)) as lake:
        card = bundle(lake, project, {"good": "positive"})["README.md"]
    found = DatasetCard(card).data
    assert isinstance(found, DatasetCardData)
    assert (found.language, found.license, found.pretty_name) == (
        ["en", "de"],
        "cc-by-4.0",
        "How people feel, release 1",
    )
    assert (found.task_categories, found.size_categories) == (["text-classification"], ["n<1K"])
    assert yaml.safe_load(card.split("---")[1])["configs"] == [
        {"config_name": "default", "data_files": "ground_truth.parquet"}
    ]


@pytest.mark.slow
def test_the_changelog_tells_every_release_the_newest_first(tmp_path: Path) -> None:
    project = declare(tmp_path)
    with Lake.open(Settings(home=tmp_path)) as lake:
        bundle(lake, project, {"good": "positive"})
        told = bundle(lake, project, {"bad": "negative", "worse": "negative"})["CHANGELOG.md"]
    assert told.index("## Release 2: 3 items\n\n- Added 2 items.") < told.index("## Release 1")
    assert told.endswith("- Added 1 item.\n")


@pytest.mark.parametrize(("field", "value"), [("languages", ["English"]), ("license", "My own!"), ("notes", "x")])
def test_what_the_hub_would_not_take_is_refused(tmp_path: Path, field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"card.{field}"):
        declare(tmp_path, card={field: value})
