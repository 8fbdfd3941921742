"""Files of production events and of the feedback on them into the lake, whatever is in them."""

from gt_platform.feedback.asked import asked_otherwise, refuse_otherwise
from gt_platform.feedback.attempts import try_again
from gt_platform.feedback.conservation import verify_conservation
from gt_platform.feedback.inbox import inbox_root, unledgered
from gt_platform.feedback.ingest import Ingested, ingest
from gt_platform.feedback.invalid import Invalid, invalid, recounted
from gt_platform.feedback.landing import ConservationError
from gt_platform.feedback.replay import export_quarantined, replay
from gt_platform.feedback.volume import volume

__all__ = [
    "ConservationError",
    "Ingested",
    "Invalid",
    "asked_otherwise",
    "export_quarantined",
    "inbox_root",
    "ingest",
    "invalid",
    "recounted",
    "refuse_otherwise",
    "replay",
    "try_again",
    "unledgered",
    "verify_conservation",
    "volume",
]
