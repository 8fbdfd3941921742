"""What whoever leads a project decided about annotators, as the backend's audit has it.

REINSTATED: only what they answer from then on judges them. VOIDED: no answer they gave up to then counts, and their
items are asked again.
"""

from datetime import datetime

import polars as pl

from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import EXCLUSIONS

REINSTATED, VOIDED = "reinstated", "voided the answers of"
VOIDED_ANSWERS = """
    SELECT assignment_id, annotator, reason FROM live_annotations JOIN (
        SELECT about AS annotator, max("at") AS until, 'voided: ' || arg_max(detail->>'why', "at") AS reason
        FROM audit WHERE did = $voided GROUP BY about
    ) USING (annotator)
    WHERE coalesce(submitted_at, collected_at) <= until
"""
ANY = f"SELECT count(*) > 0 FROM ({VOIDED_ANSWERS})"  # noqa: S608 - a constant


def any_voided(store: Store) -> bool:
    """Whether an answer counts that was voided."""
    return bool(store.read(ANY, {"voided": VOIDED}).item())


def set_aside_voided(writer: Writer, now: datetime) -> int:
    """Exclude voided answers that still count, and return how many."""
    found = writer.read(VOIDED_ANSWERS, {"voided": VOIDED})
    return writer.append(EXCLUSIONS, found.with_columns(excluded_at=pl.lit(now)))
