"""A tree of 200 leaves through every stage: asked, settled, agreed, released, scored, exported."""

import json
from pathlib import Path

import pytest
from datasets import ClassLabel, load_dataset

from gt_platform.exports import handed, write_files
from gt_platform.exports.hugging_face import hugging_face
from gt_platform.exports.tables import as_jsonl
from gt_platform.labeling.agreement import agreement, coefficient
from gt_platform.lake import Lake, Store
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.support.released import lines
from tests.support.sentiment import DAY, declare, item_of
from tests.support.stages import refresh_days, refresh_rest

LABELS = {
    f"area {area}": {f"topic {topic}": {f"case {case}": "" for case in range(5)} for topic in range(4)}
    for area in range(10)
}
LEAVES = [f"area {n // 20}/topic {n // 5 % 4}/case {n % 5}" for n in range(200)]
SCORES = "SELECT metric, label, estimate, n FROM scores WHERE estimand = 'release' AND slice = '*' AND period = '*'"


def below(leaf: str, case: int) -> str:
    return f"{leaf[:-1]}{(int(leaf[-1]) + case) % 5}"


def said(n: int, leaf: str) -> list[dict[str, str]]:
    """Of every twenty texts the four annotators see four cases in one, and one of them in turn mistakes four."""
    cases = (0, 1, 2, 3) if n % 20 == 2 else tuple(2 * (n % 5 == 3 and n // 5 % 4 == at) for at in range(4))
    return [{"annotator": f"a{at}", "answer": below(leaf, case)} for at, case in enumerate(cases)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """200 texts, one of each leaf. Of every ten the model names one case wrong, and of another only the topic."""
    folder = tmp_path / "inbox" / f"dt={DAY}"
    folder.mkdir(parents=True)
    outputs = {leaf: below(leaf, 1) if n % 10 == 0 else leaf.rpartition("/")[0] if n % 10 == 1 else leaf
               for n, leaf in enumerate(LEAVES)}  # fmt: skip
    events = [
        {"type": "event", "id": f"e{n}", "occurred_at": f"{DAY}T12:00:00Z", "model": "m", "input": f"about {leaf}",
         "output": outputs[leaf], "confidence": 0.9}
        for n, leaf in enumerate(LEAVES)
    ]  # fmt: skip
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    past = [{"input": f"about {leaf}", "answers": said(n, leaf)} for n, leaf in enumerate(LEAVES)]
    (tmp_path / "replay.jsonl").write_text("".join(json.dumps(line) + "\n" for line in past))
    return declare(
        tmp_path,
        answer={"kind": "tree", "labels": LABELS},
        sampling={"budget": 200},
        labeling={"backend": "replay", "overlap": 4, "options": {"answers": "replay.jsonl"}},
        benchmark={"metrics": ["accuracy", "hierarchical_f1", "precision"]},
    )


def scored(store: Store) -> dict[tuple[str, str], float]:
    rows = store.read(SCORES)
    return {(row["metric"], row["label"]): row["estimate"] for row in rows.iter_rows(named=True)}


@pytest.mark.slow
def test_two_hundred_leaves_go_through_every_stage(project: Project, tmp_path: Path) -> None:
    with Lake.open(Settings(home=tmp_path)) as lake:
        store = lake.store(project.name)
        refresh_days(lake, project, [DAY])
        refresh_rest(lake, project)
        assert store.read("SELECT count(*) AS asked FROM assignments").item() == 800
        truth = dict(store.read("SELECT item_id, answer FROM ground_truth").iter_rows())
        split = {LEAVES[n] for n in range(2, 200, 20)}
        assert truth == {item_of(f"about {leaf}"): json.dumps(leaf) for leaf in LEAVES if leaf not in split}
        waiting = store.read("SELECT item_id, reason FROM current_decisions WHERE answer IS NULL")
        assert dict(waiting.iter_rows()) == {
            item_of(f"about {leaf}"): f"a tie for first place; {leaf.rpartition('/')[0]} leads surely" for leaf in split
        }
        share = (150 + 40 * 3 / 6) / 200  # of six pairs three agree where one mistakes it
        assert agreement(store, project).mean == pytest.approx(share)
        assert coefficient(store, project, "krippendorff_alpha").value == pytest.approx(
            1 - (1 - share) / 0.9962, abs=1e-4
        )
        found = scored(store)
        assert found[("accuracy", "*")] == pytest.approx(150 / 190)
        assert [found[("accuracy", f"level {level}")] for level in (1, 2, 3)] == pytest.approx([1, 1, 150 / 190])
        # 20 outputs share two of three nodes with the truth, and 20 have but two
        assert found[("hierarchical_f1", "*")] == pytest.approx(2 * (150 * 3 + 40 * 2) / (170 * 3 + 20 * 2 + 190 * 3))
        assert {label for metric, label in found if metric == "precision"} == set(LABELS)
        released = handed(store, project, "newest", bundles=lake.files)
        assert {line["input"]: line["answer"] for line in lines(as_jsonl(released)[""])} == {
            f"about {leaf}": leaf for leaf in LEAVES if leaf not in split
        }
        write_files(hugging_face(released), str(tmp_path / "hf"), Settings(home=tmp_path))
    rows = load_dataset(str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"))["evaluation"]
    label = rows.features["label"]
    assert isinstance(label, ClassLabel)
    assert label.names == LEAVES
    assert {row["text"]: label.int2str(row["label"]) for row in rows} == {
        f"about {leaf}": leaf for leaf in LEAVES if leaf not in split
    }
