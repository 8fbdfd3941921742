"""The built-in labeling web app: its store, the rules of work, accounts, and the pages people see."""

from gt_platform.workbench.store.database import Database, DatabaseError
from gt_platform.workbench.store.errors import WorkError

__all__ = ["Database", "DatabaseError", "WorkError"]
