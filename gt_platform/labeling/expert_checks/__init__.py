"""Expert checks: which items experts are given to answer blind, with what chance, night after night."""

from gt_platform.labeling.expert_checks.asked import Asked, ask_experts
from gt_platform.labeling.expert_checks.draw import Checks, draw_checks

__all__ = ["Asked", "Checks", "ask_experts", "draw_checks"]
