"""A project on one page, for people who decide: score, candidates, why it changed, where it errs, what truth costs."""

from gt_platform.report.facts import facts
from gt_platform.report.page import body, page
from gt_platform.report.publish import Published, publish
from gt_platform.report.said import said
from gt_platform.report.saying import alone

__all__ = ["Published", "alone", "body", "facts", "page", "publish", "said"]
