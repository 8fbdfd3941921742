"""Label Studio's results and the platform's answers, each from the other."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gt_platform.answers import Form
from gt_platform.answers.form import MarkImage, MarkText, Order, Pick, PickSeveral, Prose, Quantity, Several
from gt_platform.errors import GroundTruthError
from gt_platform.labeling.backends.label_studio.config import (
    ANSWER,
    COMMENT,
    EDGE_CASE,
    INPUT,
    REASONING,
    part_name,
    parts,
)

Result = dict[str, Any]
TYPES: dict[type, tuple[str, str]] = {
    Pick: ("choices", "choices"),
    PickSeveral: ("choices", "choices"),
    Order: ("ranker", "ranker"),
    Quantity: ("number", "number"),
    MarkText: ("labels", "labels"),
    MarkImage: ("rectanglelabels", "rectanglelabels"),
}
"""By part: the type of its results, and where their value is. All others are texts."""
TEXT = ("textarea", "text")
UNSURE = re.compile(r"\\n|\s")
DIGITS = 6


class MalformedError(GroundTruthError):
    """Results that are no answer; `reason` is a word for it, the message says what they are."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Given:
    """What results say: the answer, not yet validated, what was written besides, and whether a suggestion is in it."""

    answer: Any
    texts: dict[str, str]
    suggested: bool


def read(form: Form, results: Any, text: str = "") -> Given:
    """What was answered about an input, `text`, if it is one. Raises MalformedError."""
    if not isinstance(results, list) or not all(_is_result(one) for one in results):
        raise MalformedError("result", "this is no list of Label Studio's results")
    texts = (COMMENT, REASONING, EDGE_CASE)
    given: dict[str, list[Result]] = {name: [] for name in (*texts, *(name for name, _ in parts(form)))}
    for one in results:
        if one["from_name"] not in given:
            raise MalformedError("from_name", f"nothing was asked under the name {one['from_name']!r}")
        given[one["from_name"]].append(one)
    answer = _answer(form, ANSWER, given, text)
    written = {name: "\n".join(_texts(given[name])) for name in texts if given[name]}
    return Given(answer, written, any(str(one.get("origin", "")).startswith("prediction") for one in results))


def results(form: Form, answer: Any, *, size: tuple[float, float] | None = None) -> list[Result]:
    """The results that stand for a valid answer; `size` is that of the picture, where the form does not tell."""
    return list(_results(form, ANSWER, answer, size))


def _is_result(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("from_name"), str) and isinstance(one.get("value"), dict)


def _answer(form: Form, name: str, given: dict[str, list[Result]], text: str) -> Any:
    if isinstance(form, Several):
        return {title: _answer(part, part_name(name, title), given, text) for title, part in form.parts}
    kind, key = TYPES.get(type(form), TEXT)
    found = given[name]
    if wrong := [one for one in found if one.get("type") != kind]:
        raise MalformedError("type", f"{wrong[0].get('type')!r} under {name!r} should be {kind!r}")
    if isinstance(form, MarkText):
        return [_span(one, text) for one in found]
    if isinstance(form, MarkImage):
        return [_box(one, form) for one in found]
    if not found and isinstance(form, PickSeveral):
        return []
    if len(found) != 1:
        raise MalformedError("incomplete" if not found else "several", f"{len(found)} results for {name!r}, not one")
    return _single(form, name, found[0]["value"].get(key), found)


def _single(form: Form, name: str, value: Any, found: Sequence[Result]) -> Any:
    match form:
        case Quantity():
            return value
        case PickSeveral():
            return value
        case Pick():
            return _only(value, name)
        case Order():
            return value.get(name) if isinstance(value, dict) else value
        case Prose():
            texts = _texts(found)
            return texts[0] if len(texts) == 1 else texts
    try:
        return json.loads("\n".join(_texts(found)))
    except ValueError as broken:
        raise MalformedError("json", f"the answer is not JSON: {broken}") from None


def _only(value: Any, name: str) -> Any:
    if not isinstance(value, list) or len(value) != 1:
        raise MalformedError("several", f"{value!r} under {name!r} is not a single label")
    return value[0]


def _texts(found: Sequence[Result]) -> list[str]:
    texts = [text for one in found for text in _listed(one["value"].get("text"))]
    if not all(isinstance(text, str) for text in texts):
        raise MalformedError("text", f"{str(texts)[:80]} should be texts")
    return texts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _span(one: Result, text: str) -> Result:
    value = one["value"]
    start, end = (_offset(value.get(name)) for name in ("start", "end"))
    said, label = value.get("text"), _only(value.get("labels"), one["from_name"])
    if isinstance(said, str) and _compared(said) != _compared(text[start:end]):
        start, end = _from_utf16(start, end, said, text)
    return {"start": start, "end": end, "label": label}


def _from_utf16(start: int, end: int, said: str, text: str) -> tuple[int, int]:
    """Offsets counted in UTF-16, as some versions of Label Studio do, where the marked text shows that they are."""
    units = text.encode("utf-16-le", "surrogatepass")
    before, inside = (units[2 * a : 2 * b].decode("utf-16-le", "replace") for a, b in ((0, start), (start, end)))
    if _compared(inside) != _compared(said):
        raise MalformedError("offsets", f"{start} to {end} is not where the input says {said[:80]!r}")
    return len(before), len(before) + len(inside)


def _compared(text: str) -> str:
    r"""Text without what Label Studio changes when it quotes: a line's end comes back as `\n` in two characters."""
    return UNSURE.sub("", text)


def _offset(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedError("offsets", f"{value!r} is no place in a text")
    return value


def _box(one: Result, form: MarkImage) -> Result:
    value = one["value"]
    if value.get("rotation") or one.get("image_rotation"):
        raise MalformedError("rotation", "the box or the picture was turned")
    across, down = (
        _stretch(value.get(place), value.get(side), one.get(f"original_{side}") if limit is None else limit)
        for place, side, limit in (("x", "width", form.width), ("y", "height", form.height))
    )
    label = _only(value.get("rectanglelabels"), one["from_name"])
    return {"x": across[0], "y": down[0], "width": across[1], "height": down[1], "label": label}


def _stretch(place: Any, length: Any, whole: Any) -> tuple[float, float]:
    """Percent of the picture's side as its start and length in units."""
    for number in (place, length, whole):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise MalformedError("box", f"{number!r} is no size or place of a box, or the picture's size is missing")
    start, end = round(place * whole / 100, DIGITS), round(min((place + length) * whole / 100, whole), DIGITS)
    return start, round(end - start, DIGITS)


def _results(form: Form, name: str, answer: Any, size: tuple[float, float] | None) -> list[Result]:
    if isinstance(form, Several):
        asked = [(part, part_name(name, title), answer[title]) for title, part in form.parts]
        return [one for part, of, value in asked for one in _results(part, of, value, size)]
    kind, key = TYPES.get(type(form), TEXT)
    base = {"from_name": name, "to_name": INPUT, "type": kind}
    value: Any
    match form:
        case MarkText():
            places = [{"start": one["start"], "end": one["end"], "labels": [one["label"]]} for one in answer]
            return [{**base, "value": place} for place in places]
        case MarkImage():
            return [{**base, **_percent(form, one, size)} for one in answer]
        case Pick():
            value = [answer]
        case Order():
            base["to_name"], value = f"{name}_options", {name: answer}
        case Quantity() | PickSeveral():
            value = answer
        case Prose():
            value = _listed(answer)
        case _:
            value = [json.dumps(answer, ensure_ascii=False)]
    return [{**base, "value": {key: value}}]


def _percent(form: MarkImage, box: Result, size: tuple[float, float] | None) -> Result:
    width, height = (limit or side for limit, side in zip((form.width, form.height), size or (0, 0), strict=True))
    return {
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "value": {
            "x": box["x"] / width * 100,
            "y": box["y"] / height * 100,
            "width": box["width"] / width * 100,
            "height": box["height"] / height * 100,
            "rotation": 0,
            "rectanglelabels": [box["label"]],
        },
    }
