"""A form of five parts through every stage: asked, settled, agreed, released, scored, exported."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from gt_platform.declaration import load_project
from gt_platform.exports.handed import handed
from gt_platform.labeling.agreement import agreement
from gt_platform.lake import Lake
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.stages import refresh_days, refresh_rest
from tests.support.world import START, days_of

PARTS: dict[str, Any] = {
    "wants": {"kind": "choice", "labels": {"help": "to be told how", "refund": "money back", "praise": "nothing"}},
    "tone": {"kind": "ordinal", "scale": {"calm": "", "cross": "", "furious": ""}},
    "about": {"kind": "choices", "labels": {"bill": "", "parcel": "", "app": ""}, "minimum": 1, "maximum": 2},
    "amount": {
        "kind": "number", "minimum": 0, "maximum": 500, "unit": "EUR", "tolerance": 1, "when": {"wants": "refund"},
    },
    "words": {"kind": "text", "longest": 80},
}  # fmt: skip
NEVER = [{"wants": "praise", "tone": "furious"}]
EVENTS = 80


def made_up(drawn: random.Random) -> dict[str, Any]:
    """The truth of an item."""
    wants = drawn.choice(list(PARTS["wants"]["labels"]))
    said: dict[str, Any] = {
        "wants": wants,
        "tone": drawn.choice(["calm", "cross"] if wants == "praise" else list(PARTS["tone"]["scale"])),
        "about": sorted(drawn.sample(list(PARTS["about"]["labels"]), drawn.choice([1, 2]))),
    }
    if wants == "refund":
        said["amount"] = float(drawn.randrange(5, 200))
    return said | {"words": f"they want {wants}"}


def mistaken(answer: dict[str, Any], drawn: random.Random, share: float) -> dict[str, Any]:
    """The same with another tone, now and then."""
    return {**answer, "tone": "cross"} if drawn.random() < share else answer


def declare(home: Path) -> Project:
    declared = {
        "name": "desk",
        "question": "What does the customer want?",
        "inbox": "inbox/dt={day}",
        "start": START,
        "answer": {"kind": "form", "parts": PARTS, "never": NEVER},
        "drift": {"reference": {"first": START, "last": START}, "columns": [
            {"name": "words", "of": "input", "measure": "words"}]},
        "sampling": {"budget": 30},
        "labeling": {"backend": "replay", "overlap": 3, "options": {"answers": "replay.jsonl"}},
        "benchmark": {"metrics": ["accuracy", "exact_match", "absolute_error"]},
    }  # fmt: skip
    folder = home / "projects" / "desk"
    folder.mkdir(parents=True)
    (folder / "guidelines.md").write_text("# What the customer wants\n")
    (folder / "project.yaml").write_text(yaml.safe_dump(declared, sort_keys=False), encoding="utf-8")
    return load_project(folder)


def fill(home: Path) -> dict[str, tuple[Any, Any]]:
    """Two days of events, and what annotators answer; returns the truth and the output of each input."""
    drawn = random.Random(6)
    told: dict[str, tuple[Any, Any]] = {}
    replay = []
    for number, day in enumerate(days_of(2)):
        lines = []
        for at in range(EVENTS):
            text = f"message {number}-{at} of somebody"
            truth = made_up(drawn)
            output = {**mistaken(truth, drawn, 0.3), **({"amount": truth["amount"] + 3} if "amount" in truth else {})}
            told[text] = (truth, output)
            lines.append({
                "type": "event", "id": f"e-{number}-{at}", "occurred_at": f"{day}T09:00:00Z", "model": "m-1",
                "input": text, "output": output, "attributes": {},
            })  # fmt: skip
            given = [{"annotator": f"a{who}", "answer": mistaken(truth, drawn, 0.1)} for who in range(3)]
            replay.append({"input": text, "answers": given})
        place = home / "inbox" / f"dt={day}"
        place.mkdir(parents=True)
        (place / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (home / "replay.jsonl").write_text("".join(json.dumps(line) + "\n" for line in replay))
    return told


SCORES = """
    SELECT metric, label, estimate, n FROM current_scores
    WHERE scope = 'all' AND slice = '*' AND model = '*' AND estimand = 'release'
"""


@pytest.mark.slow
def test_a_form_goes_through_every_stage(tmp_path: Path) -> None:
    project, told = declare(tmp_path), fill(tmp_path)
    with Lake.open(Settings(home=tmp_path)) as lake:
        store = lake.store(project.name)
        refresh_days(lake, project, days_of(2))
        refresh_rest(lake, project)
        scores = {(metric, label): (estimate, n) for metric, label, estimate, n in store.read(SCORES).rows()}
        released = list(handed(store, project, "newest", bundles=lake.files).records())
        agreed = agreement(store, project)
    truth = {one["input"]: one["answer"] for one in released}
    assert agreed.items == 60
    assert agreed.mean == pytest.approx(0.98, abs=0.01)
    assert len(truth) >= 57
    assert sum(answer != told[text][0] for text, answer in truth.items()) <= 1
    outputs = {text: told[text][1] for text in truth}
    for part in ("wants", "tone", "about", "words"):
        right = [outputs[text][part] == answer[part] for text, answer in truth.items()]
        assert scores["accuracy", part] == (pytest.approx(sum(right) / len(right)), len(right))
    amounts = [abs(outputs[text]["amount"] - answer["amount"]) for text, answer in truth.items() if "amount" in answer]
    assert scores["absolute_error", "amount"] == (pytest.approx(sum(amounts) / len(amounts)), len(amounts))
    whole = [outputs[text] == answer for text, answer in truth.items()]
    assert scores["exact_match", "*"] == (pytest.approx(sum(whole) / len(whole)), len(whole))
