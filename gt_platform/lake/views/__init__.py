"""Relations said once: which answers count, what was decided last, and what analysts ask for. Stages read them too.

They stand beside the tables, in every project's schema. Nothing is stored in them.
"""

from gt_platform.lake.views.answers import ANSWERS
from gt_platform.lake.views.arrivals import ARRIVALS
from gt_platform.lake.views.candidates import OF_CANDIDATES
from gt_platform.lake.views.current import CURRENT
from gt_platform.lake.views.hard_cases import HARD_CASES
from gt_platform.lake.views.history import HISTORY
from gt_platform.lake.views.labels import OF_LABELS, labels_flat
from gt_platform.lake.views.opinions import OF_OPINIONS
from gt_platform.lake.views.outcomes import DECLARED_OUTCOMES
from gt_platform.lake.views.polarity import OF_POLARITY
from gt_platform.lake.views.proposals import PROPOSALS
from gt_platform.lake.views.questions import QUESTIONS
from gt_platform.lake.views.releases import RELEASED
from gt_platform.lake.views.signals import OF_SIGNALS
from gt_platform.lake.views.view import View
from gt_platform.lake.views.work import WORK

VIEWS: tuple[View, ...] = (
    *ARRIVALS,
    *CURRENT,
    *ANSWERS,
    *OF_LABELS,
    HARD_CASES,
    DECLARED_OUTCOMES,
    PROPOSALS,
    *OF_POLARITY,
    *OF_SIGNALS,
    *OF_OPINIONS,
    *WORK,
    *HISTORY,
    *RELEASED,
    *QUESTIONS,
    *OF_CANDIDATES,
)  # a view comes after those it reads
DECLARED = ("labels_flat",)  # of each project, made from its declaration

__all__ = ["DECLARED", "VIEWS", "View", "labels_flat"]
