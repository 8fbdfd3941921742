"""A release as Label Studio itself imports it."""

import json
from pathlib import Path

import pytest

from gt_platform.exports import handed
from gt_platform.exports.label_studio import label_studio
from gt_platform.labeling.backends.label_studio.elements import INPUT
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.labeling.backends.label_studio.conftest import Studio
from tests.support.released import published
from tests.support.sentiment import declare

TRUTHS = {"good <b>day</b>": "positive", "größer": "neutral"}


@pytest.mark.slow
def test_what_is_exported_is_imported_with_its_truth(studio: Studio, tmp_path: Path) -> None:
    project = declare(tmp_path)
    with Lake.open(Settings(home=tmp_path / "home")) as lake:
        published(lake, project, TRUTHS)
        files = label_studio(handed(lake.store("sentiment"), project, "1", bundles=lake.files))
    made = studio.server.api("POST", "/api/projects", {"title": "truth", "label_config": files["config.xml"].decode()})
    studio.server.api("POST", f"/api/projects/{made['id']}/import", json.loads(files["tasks.json"]))
    found = {
        task["data"][INPUT]: [
            (one["result"][0]["value"]["choices"], one["ground_truth"]) for one in task["annotations"]
        ]
        for task in studio.tasks(made["id"])
    }
    assert found == {text: [([answer], True)] for text, answer in TRUTHS.items()}
