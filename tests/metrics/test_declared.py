"""A project names metrics of the registry, and is told which those are."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from gt_platform.cli import app
from gt_platform.metrics import Measuring, metrics, registry
from gt_platform.metrics.document import page
from gt_platform.project import Project
from tests.sampling.rows import project

ROOT = Path(__file__).parents[2]


def measured(*names: str) -> Project:
    return project(benchmark={"metrics": list(names)})


def test_the_page_says_what_the_registry_has() -> None:
    written = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m gt_platform.metrics.document > docs/metrics.md"


def test_metrics_of_its_kind_and_of_no_other() -> None:
    assert measured("mcc", "brier", "accuracy").measuring.bounds["mcc"] == (-1.0, 1.0)
    with pytest.raises(ValueError, match=r"choice has no 'bleu', it offers accuracy, f1, precision, recall; .*mcc"):
        measured("bleu")
    with pytest.raises(ValueError, match="choice has no 'win_rate'"):
        measured("win_rate")


def test_a_metric_whose_library_is_not_there_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match=r"bleu is computed by sacrebleu, .* pip install 'gt-platform\[metrics\]'"):
        project(answer={"kind": "text"}, benchmark={"metrics": ["bleu"]})


def test_repetitions_count_with_their_mean() -> None:
    kind = measured("accuracy").answer_kind
    once = Measuring(kind=kind, names=("mcc", "micro_f1"))
    twice = Measuring(kind=kind, names=("mcc", "micro_f1"), repeated=True)
    right, wrong = once.added('"good"', ('"good"',)), once.added('"bad"', ('"good"',))
    both = twice.added('["good", "bad"]', ('"good"',))
    halves = {column: (np.array(right[column]) + wrong[column]) / 2 for column in right}
    assert both == {column: tuple(half.tolist()) for column, half in halves.items()}


def test_the_command_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GT_PROJECTS", str(ROOT / "projects"))
    told = CliRunner().invoke(app, ["metrics", "sentiment", "--format", "csv"]).output
    assert "mcc,-1 to 1,higher," in told
    assert "accuracy,0 to 1,higher,every choice has it,the kind" in told
    assert "bleu" not in told
    assert len(metrics()) > 50
