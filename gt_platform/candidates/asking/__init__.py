"""Asking a candidate: a command, an address or a function, each an `Asker`. What became of it goes in by `intake`.

An address is asked by `asking.endpoint`, which takes as long to import as all else here: only who needs it imports it.
"""

from gt_platform.candidates.asking.base import Asker, Item, Reply, items_of
from gt_platform.candidates.asking.command import Command
from gt_platform.candidates.asking.function import Function, function_named
from gt_platform.candidates.asking.loop import ask

__all__ = [
    "Asker", "Command", "Function", "Item", "Reply", "ask", "function_named", "items_of",
]  # fmt: skip
