"""A golden set of cities with three releases: imported, then corrected and retired in, then brought back."""

import json
from pathlib import Path

from gt_platform import truth
from gt_platform.lake import Store
from gt_platform.lake.storage import Storage
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.truth.corrections import Correction, correct
from tests.support.sentiment import item_of

CITIES = {"Oslo": "geography", "Paris": "geography", "Rome": "history *and* more", "<b>Bonn</b>": None}


def atlas(platform: Platform, project: Project, folder: Path) -> None:
    """Publish them."""
    store = platform.store(project)
    golden(store, project, folder, platform.files)
    wrong = [Correction(item_of(city), '"negative"', "it rains there") for city in ("Oslo", "Paris", "Rome")]
    correct(store, project, wrong, actor="lee")
    truth.retire(store, project, [item_of("<b>Bonn</b>")], why="<i>gone</i>", category="outdated", actor="lee")
    truth.release(store, project, bundles=platform.files)
    truth.restore(store, project, [item_of("<b>Bonn</b>")], why="asked again", actor="lee")
    truth.release(store, project, bundles=platform.files)


def golden(store: Store, project: Project, folder: Path, bundles: Storage) -> None:
    """Import the cities and publish them."""
    records = [
        {"question": city, "answer": "positive", "metadata": {"category": topic} if topic else {}}
        for city, topic in CITIES.items()
    ]
    file = folder / "golden.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in records))
    found = truth.records_in(file, project, source="atlas")
    truth.take_in(store, project, found, actor="kim", ask=lambda _writer, _items: 0)
    truth.release(store, project, bundles=bundles)
