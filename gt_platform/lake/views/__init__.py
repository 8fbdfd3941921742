"""Relations said once: which answers count, what was decided last, and what analysts ask for. Stages read them too.

They stand beside the tables, in every project's schema. Nothing is stored in them.
"""

from gt_platform.lake.views.answers import ANSWERS
from gt_platform.lake.views.current import CURRENT
from gt_platform.lake.views.view import View

VIEWS: tuple[View, ...] = (*ANSWERS, *CURRENT)  # a view comes after those it reads

__all__ = ["VIEWS", "View"]
