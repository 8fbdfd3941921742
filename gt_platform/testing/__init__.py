"""Contract suites for people who write their own answer kind, metric or labeling backend; pytest is all they need.

    from gt_platform.testing import AnswerKindContract

    class TestGrade(AnswerKindContract):
        kind = Grade(best="A")
        answers = ("A", "B", "F")
        invalid = ("G", "a", 1)

Each class says in its docstring what it promises, and each of its tests is one promise. The platform's own kinds and
backends are held to the same.
"""

import pytest

pytest.register_assert_rewrite(*(f"{__name__}.{name}" for name in ("answer_kind", "backend", "metric", "staffed")))

from gt_platform.testing.answer_kind import AnswerKindContract  # noqa: E402 - what is imported before is not rewritten
from gt_platform.testing.backend import BackendContract  # noqa: E402
from gt_platform.testing.metric import MetricContract  # noqa: E402
from gt_platform.testing.staffed import StaffedContract  # noqa: E402

__all__ = ["AnswerKindContract", "BackendContract", "MetricContract", "StaffedContract"]
