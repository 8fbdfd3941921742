"""Label Studio keeps the contract of backends that know who answers, through a stand-in."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gt_platform.answers import Answer
from gt_platform.labeling.backends.label_studio.options import LabelStudio
from gt_platform.labeling.messages import Assignment
from gt_platform.testing import StaffedContract
from gt_platform.testing.backend import Say
from tests.labeling.backends.label_studio.fake import Fake, fake
from tests.support.label_studio import served_at

NAMES = ("ann@example.test", "ben@example.test", "cat@example.test")
REVIEWER = "rev@example.test"


class TestLabelStudio(StaffedContract):
    server: Fake

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with fake(*NAMES, REVIEWER) as self.server, served_at(self.server.url):
            yield

    def options(self, home: Path) -> LabelStudio:  # noqa: ARG002
        return LabelStudio.model_validate({"annotators": list(NAMES), "reviewers": [REVIEWER]})

    def before_annotators(self, home: Path) -> list[str]:  # noqa: ARG002
        return [task["data"]["input"] for title, task in self.server.waiting() if not title.endswith("review")]

    def work(self, home: Path, sent: Sequence[Assignment], say: Say) -> None:  # noqa: ARG002 - tasks say it all
        for title, task in self.server.waiting():
            for number, name in self.server.users.items():
                if title.endswith(name):
                    self.server.annotate(task, number, [_chosen(say(task["data"]["input"]))])

    def review(self, home: Path, answer: Answer, reasoning: str) -> None:  # noqa: ARG002
        reviewer = max(self.server.users)
        for title, task in self.server.waiting():
            if title.endswith("review"):
                self.server.annotate(task, reviewer, [_chosen(answer), _written("reasoning", reasoning)])


def _chosen(label: Answer) -> dict[str, Any]:
    return {"from_name": "answer", "to_name": "input", "type": "choices", "value": {"choices": [label]}}


def _written(name: str, text: str) -> dict[str, Any]:
    return {"from_name": name, "to_name": "input", "type": "textarea", "value": {"text": [text]}}
