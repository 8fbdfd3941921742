"""The metrics a project may declare beside those of its answer kind: a file each family, registered by entry point.

How a score follows from what each event adds belongs in `benchmark`; what answers look like in `answers`.
"""

from gt_platform.metrics.base import Case, Corpus, Linearised, Metric, Need, Ratio
from gt_platform.metrics.measuring import Added, Bounds, Measuring
from gt_platform.metrics.registry import ENTRY_POINT_GROUP, fitting, lacking, metrics

__all__ = [
    "ENTRY_POINT_GROUP",
    "Added",
    "Bounds",
    "Case",
    "Corpus",
    "Linearised",
    "Measuring",
    "Metric",
    "Need",
    "Ratio",
    "fitting",
    "lacking",
    "metrics",
]
