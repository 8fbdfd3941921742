"""What of an input an answer's places are marked in, and what is only read."""

from typing import Any

from gt_platform.answers.form import Form, MarkImage, MarkText, Several
from gt_platform.workbench.web.render import is_picture


def seen_in(form: Form, shown: Any, origins: tuple[str, ...] = ()) -> str:
    """The text or the picture that is marked; empty where the answer marks nothing, or the input has neither."""
    match form:
        case MarkText():
            value = shown.get("text", "") if isinstance(shown, dict) else shown
            return value if isinstance(value, str) else ""
        case MarkImage():
            value = shown.get("image", "") if isinstance(shown, dict) else shown
            return value if is_picture(value, origins) else ""
        case Several(parts):
            return next((seen for _, part in parts if (seen := seen_in(part, shown, origins))), "")
        case _:
            return ""


def only_read(shown: Any, seen: str) -> Any:
    """The rest of an input beside what is marked in it; None if that is all."""
    if not seen:
        return shown
    if not isinstance(shown, dict):
        return None
    return {key: value for key, value in shown.items() if key not in {"text", "image"} or value != seen} or None
