"""How unevenly experts correct the items of a cell."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gt_platform.labeling.expert_checks.errors import deviations
from gt_platform.project import Project
from tests.support.sentiment import declare


def item(output: str, consensus: str | None, pattern: str = "split", answer: str | None = None) -> dict[str, Any]:
    quoted = [None if said is None else f'"{said}"' for said in (output, consensus, answer)]
    return {"output": quoted[0], "consensus": quoted[1], "pattern": pattern, "answer": quoted[2]}


def project(home: Path, metric: str) -> Project:
    return declare(home, benchmark={"metrics": [metric]})


def test_for_accuracy_only_votes_tell_where_experts_change_most(tmp_path: Path) -> None:
    items = [item("positive", "positive"), item("negative", "positive"), item("negative", "negative", "unanimous")]
    found = deviations(project(tmp_path, "accuracy"), items, np.array([0, 1, 2]), 3)
    assert found[:2] ** 2 == pytest.approx([0.21, 0.21])
    assert found[2] ** 2 == pytest.approx(0.05 * 0.95)


def test_for_a_rare_labels_f1_outputs_of_that_label_count_for_more(tmp_path: Path) -> None:
    items = (
        [item("negative", "negative")] * 90 + [item("positive", "positive")] * 8 + [item("negative", "positive")] * 2
    )
    code = np.repeat([0, 1, 2], [90, 8, 2])
    found = deviations(project(tmp_path, "f1"), items, code, 3)
    assert found[1] > 1.2 * found[0]


def test_what_experts_said_is_learned(tmp_path: Path) -> None:
    items = [item("positive", "positive")] * 60 + [item("positive", "positive", "unanimous")] * 60
    for at in (*range(40), *range(60, 100)):
        truth = "negative" if at < 40 and at % 2 else "positive"
        items[at] = {**items[at], "answer": f'"{truth}"'}
    found = deviations(project(tmp_path, "accuracy"), items, np.repeat([0, 1], 60), 2)
    # half of 40 checks changed the split ones, none the unanimous; the guess counts as 40 checks
    assert found[0] ** 2 == pytest.approx((10 + 40 * 0.21) / 79)
    assert found[1] ** 2 == pytest.approx(40 * 0.05 * 0.95 / 79)
