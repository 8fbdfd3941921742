"""What of a month is worth an expert's eye, and its review: what is retired by rules, and its own release."""

from gt_platform.monthly.months import Month, ReviewError
from gt_platform.monthly.proposed import Listed, ask, proposed, publish
from gt_platform.monthly.review import Reviewed, noted, refuse, review

__all__ = ["Listed", "Month", "ReviewError", "Reviewed", "ask", "noted", "proposed", "publish", "refuse", "review"]
