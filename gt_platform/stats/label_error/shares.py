"""What units add to metrics, all of which are ratios of totals."""

from dataclasses import dataclass

from gt_platform.stats.label_error.cells import Floats


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What n units add to m metrics, each (n, m): a metric is sum(numerator) / sum(denominator)."""

    numerator: Floats
    denominator: Floats
