"""One item's answers, settled."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gt_platform.answers import AnswerKind, Answers, Settlement


def given(said: Sequence[Any]) -> Answers:
    """Answers to one item, each by another annotator."""
    return Answers(("item",) * len(said), tuple(f"annotator {at}" for at in range(len(said))), tuple(said))


def settled(kind: AnswerKind, said: Sequence[Any]) -> Settlement:
    """What they come to; who agreed is left out, because it goes by the order here."""
    return replace(kind.settle(given(said))["item"], agreed=())
