"""Asking a candidate: a command, an address or a function, each an `Asker`. What became of it goes in by `intake`."""

from gt_platform.candidates.asking.base import Asker, Item, Reply, items_of
from gt_platform.candidates.asking.command import Command
from gt_platform.candidates.asking.endpoint import Endpoint, headers_from
from gt_platform.candidates.asking.function import Function, function_named
from gt_platform.candidates.asking.loop import ask

__all__ = [
    "Asker", "Command", "Endpoint", "Function", "Item", "Reply", "ask", "function_named", "headers_from", "items_of",
]  # fmt: skip
