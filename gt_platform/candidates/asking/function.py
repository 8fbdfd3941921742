"""A candidate that is a Python function: from an input to an output."""

import importlib
import sys
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from gt_platform.candidates.asking.base import Item, Reply, as_record
from gt_platform.candidates.errors import CandidateError
from gt_platform.canonical import canonical
from gt_platform.records import shown

Predict = Callable[[Any], Any]


class Function:
    """Asks one item after the other; what it raises is this item's failure alone."""

    def __init__(self, predict: Predict, source: str = "") -> None:
        self._predict = predict
        named = getattr(predict, "__qualname__", type(predict).__name__)
        self.source = source or f"{getattr(predict, '__module__', '')}:{named}"

    def __call__(self, items: Sequence[Item]) -> Generator[Reply]:
        """As in Asker."""
        for item in items:
            began = time.perf_counter()
            record = self._record(item)
            yield Reply(item, {"seconds": time.perf_counter() - began} | record)

    def _record(self, item: Item) -> dict[str, Any]:
        try:
            value = self._predict(item.input)
            record = as_record(value.tolist() if hasattr(value, "tolist") else value)  # numpy's own numbers and arrays
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}".replace("\0", "")}
        try:
            canonical(record).encode()
        except (TypeError, ValueError, RecursionError) as error:
            return {"error": f"it returned {shown(value)}, which is no JSON: {error}"}
        return record


def function_named(name: str) -> Function:
    """The function that `module:function` names, looked for in the present folder too. Raises CandidateError."""
    module, colon, function = name.partition(":")
    if not module or not colon or not function:
        raise CandidateError(f"--call {name!r}: write it as module:function, such as my_model:predict")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
        for part in function.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise CandidateError(f"--call {name}: {type(error).__name__}: {error}") from None
    if not callable(found):
        raise CandidateError(f"--call {name}: it is {shown(found)}, which cannot be called")
    return Function(found, name)
