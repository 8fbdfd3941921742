"""Where metrics are looked up: under the entry point group `gt_platform.metrics`, so that anyone can add one."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec

from gt_platform.answers import AnswerKind
from gt_platform.metrics.base import Metric
from gt_platform.metrics.semantic import registered

ENTRY_POINT_GROUP = "gt_platform.metrics"
EXTRA = "gt-platform[metrics]"


@cache
def metrics() -> Mapping[str, Metric]:
    """Every registered metric by name, in alphabetical order, and one of each registered embedding."""
    found = {point.name: point.load() for point in entry_points(group=ENTRY_POINT_GROUP)}
    found = {one.name: one for one in registered()} | found
    return {name: found[name] for name in sorted(found)}


def fitting(kind: AnswerKind) -> dict[str, Metric]:
    """Those for answers of this kind, but for names that the kind has itself."""
    own = kind.metrics()
    return {name: metric for name, metric in metrics().items() if name not in own and metric.suits(kind)}


def lacking(metric: Metric) -> str | None:
    """What must be installed before it can be computed, as a sentence; None where all is there."""
    if metric.requires is None or find_spec(metric.requires) is not None:
        return None
    return f"{metric.name} is computed by {metric.requires}, which is not installed: pip install '{EXTRA}'"
