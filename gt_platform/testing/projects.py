"""A project as small as one can be."""

from typing import Any

from gt_platform.project import Project

ANSWERS = ("positive", "negative", "neutral")


def small_project(**labeling: Any) -> Project:
    """One of ANSWERS is asked for, three times an item; `labeling` has further keys of that section."""
    return Project.model_validate(
        {
            "name": "small",
            "question": "How does it sound?",
            "inbox": "inbox",
            "start": "2026-01-05",
            "answer": {"kind": "choice", "labels": dict.fromkeys(ANSWERS, "")},
            "drift": {
                "reference": {"first": "2026-01-05", "last": "2026-01-06"},
                "columns": [{"name": "length", "of": "input", "measure": "characters"}],
            },
            "sampling": {"budget": 10},
            "labeling": {"backend": "own", "overlap": 3, **labeling},
            "benchmark": {"metrics": ["accuracy"]},
        }
    )
