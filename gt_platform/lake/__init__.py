"""The versioned tables: their one definition, and the one owner of the connection to them."""

from gt_platform.lake.lake import Lake
from gt_platform.lake.outages import LakeError, UnreachableError
from gt_platform.lake.store import Store
from gt_platform.lake.writer import KeyConflictError, Writer

__all__ = ["KeyConflictError", "Lake", "LakeError", "Store", "UnreachableError", "Writer"]
