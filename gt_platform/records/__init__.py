"""Files from strangers to typed records, or to quarantined ones with a reason. Knows neither tables nor projects."""

from gt_platform.records.compression import named_as_records
from gt_platform.records.identity import file_id, item_id, quarantine_id
from gt_platform.records.parser import Parsed, Parser, ParserError
from gt_platform.records.reasons import REASONS, Rejected, shown
from gt_platform.records.spool import Spooled, spool
from gt_platform.records.strict_json import parse_json

__all__ = [
    "REASONS", "Parsed", "Parser", "ParserError", "Rejected", "Spooled",
    "file_id", "item_id", "named_as_records", "parse_json", "quarantine_id", "shown", "spool",
]  # fmt: skip
