"""A release names the columns that its digest covers, so that it verifies whatever columns the truth gets later.

Those of 0.1.0 covered every column there was.
"""

import json

from gt_platform.lake.migrations.migration import Migration, Tables
from gt_platform.lake.statements import add_required
from gt_platform.lake.tables import Column

COVERED = [
    "item_id", "input", "answer", "status", "method", "confidence", "answers", "decision_id", "guideline_version",
    "schema_version",
]  # fmt: skip


def _statements(tables: Tables) -> list[str]:
    column = Column("digest_columns", "JSON", "The columns of ground_truth that the digest covers, in their order")
    return add_required(tables["releases"], column, json.dumps(COVERED, separators=(",", ":")))


MIGRATION = Migration(version=2, said="releases name the columns that their digest covers", statements=_statements)
