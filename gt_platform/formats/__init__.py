"""Formats: from records of other tools to truth that can be imported. What a record says belongs here; whether the
project allows it, and what becomes of it, in `truth`.
"""

from gt_platform.formats.base import ENTRY_POINT_GROUP, Format, formats, given
from gt_platform.formats.record import Given

__all__ = ["ENTRY_POINT_GROUP", "Format", "Given", "formats", "given"]
