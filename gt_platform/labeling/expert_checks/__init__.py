"""Expert checks: which items experts are given to answer blind, with what chance, night after night."""

from gt_platform.labeling.expert_checks.draw import Checks, draw_checks

__all__ = ["Checks", "draw_checks"]
