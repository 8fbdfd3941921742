"""What a record of any format says of an item and its truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gt_platform.records.fields import instant, label, probability
from gt_platform.records.reasons import Rejected, shown


@dataclass(frozen=True, kw_only=True)
class Given:
    """An item's input with its answer, as a record gives them, and what else it says.

    `output` is what a model had answered, which is part of the item where outputs are judged; `whole` says that the
    input is the item as it stands in the lake. `item_id` is what the record calls its item; `at` are microseconds since
    1970 UTC.
    """

    input: Any
    answer: Any
    output: Any = None
    whole: bool = False
    item_id: str | None = None
    record_id: str | None = None
    variants: tuple[Any, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    annotator: str | None = None
    confidence: float | None = None
    seconds: float | None = None
    at: int | None = None


def needed(record: Mapping[str, Any], name: str, where: str = "") -> Any:
    """A field that must be there. Raises Rejected."""
    found = record.get(name)
    if found is None or found == "":
        raise Rejected("schema", f"{where}{name} is missing")
    return found


def an_object(name: str, value: Any) -> dict[str, Any]:
    """An object, empty where there is none. Raises Rejected."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is an object")
    return value


def a_list(name: str, value: Any) -> tuple[Any, ...]:
    """A list, empty where there is none. Raises Rejected."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is a list")
    return tuple(value)


def a_name(name: str, value: Any) -> str | None:
    """An id, a code or a number as its text. Raises Rejected."""
    if value is None or value == "":
        return None
    return str(label(name, str(value) if isinstance(value, int) else value)[0])


def a_share(name: str, value: Any) -> float | None:
    """A number from 0 to 1, which a sheet has as text. Raises Rejected."""
    return None if value is None else float(probability(name, _number(name, value))[0])


def a_duration(name: str, value: Any) -> float | None:
    """Seconds, 0 or more. Raises Rejected."""
    return an_amount(name, value, "seconds, 0 or more")


def an_amount(name: str, value: Any, allowed: str = "amounts of 0 or more") -> float | None:
    """A finite number that is not negative, which a sheet has as text. Raises Rejected."""
    number = None if value is None else _number(name, value)
    if number is not None and not 0 <= number < float("inf"):
        raise Rejected("schema", f"{name} is {shown(value)}; allowed are {allowed}")
    return number


def a_time(name: str, value: Any) -> int | None:
    """Microseconds since 1970 UTC of ISO 8601 with a zone. Raises Rejected."""
    return None if value is None else int(instant(name, value)[0])


def _number(name: str, value: Any) -> float:
    try:
        return float("nan" if isinstance(value, bool) else value)
    except (TypeError, ValueError):
        raise Rejected("schema", f"{name} is {shown(value)}; allowed is a number") from None
