"""The continuous ground-truth platform: production events in, believable benchmark scores out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gt_platform.evaluation import evaluate

__all__ = ["evaluate"]


def __getattr__(name: str) -> Any:
    """What notebooks use, imported when it is used: the reading process imports this package, and stays light."""
    if name != "evaluate":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gt_platform.evaluation import evaluate

    return evaluate
