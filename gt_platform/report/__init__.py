"""A project on one page, for people who decide: score, candidates, why it changed, where it errs, what truth costs."""

from gt_platform.report.facts import facts
from gt_platform.report.page import body, page
from gt_platform.report.publish import Published, publish

__all__ = ["Published", "body", "facts", "page", "publish"]
