"""What people and clients hand in, as text that every database keeps unchanged, or a refusal."""

from typing import Any

from gt_platform.canonical import canonical
from gt_platform.workbench.store.errors import WorkError

LONGEST = 20_000
"""Characters of a comment or a reason: more is a mistake, and would fill the store."""


def as_json(value: Any) -> str:
    """The canonical JSON text of an answer. Raises WorkError for what JSON or UTF-8 cannot hold."""
    try:
        text = canonical(value)
        text.encode()
    except UnicodeEncodeError:
        raise WorkError("the answer contains half of a character; type it again", 422) from None
    except (TypeError, ValueError, RecursionError):
        raise WorkError("the answer is no JSON value", 422) from None
    return text


def plain(text: str, what: str) -> str:
    """A text somebody wrote, trimmed. Raises WorkError for one that is too long or cannot be kept."""
    return as_typed(text.strip(), what)


def as_typed(text: str, what: str) -> str:
    """The same to the letter, as drafts are kept. Raises WorkError."""
    if len(text) > LONGEST:
        raise WorkError(f"the {what} has {len(text)} characters; {LONGEST} is the most", 422)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise WorkError(f"the {what} contains half of a character; type it again", 422) from None
    if "\0" in text:
        raise WorkError(f"the {what} contains a character that cannot be kept (U+0000)", 422)
    return text
