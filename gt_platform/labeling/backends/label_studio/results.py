"""Label Studio's results and the platform's answers, each from the other."""

from dataclasses import dataclass
from typing import Any

from gt_platform.answers import Form
from gt_platform.answers.form import Several
from gt_platform.labeling.backends.label_studio.config import ANSWER, COMMENT, EDGE_CASE, REASONING, part_name, parts
from gt_platform.labeling.backends.label_studio.controls import control_of
from gt_platform.labeling.backends.label_studio.controls.base import MalformedError, Result, Size, texts

WRITTEN = (COMMENT, REASONING, EDGE_CASE)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What results say: the answer, not yet validated, what was written besides, and whether a suggestion is in it."""

    answer: Any
    texts: dict[str, str]
    suggested: bool


def read(form: Form, results: Any, text: str = "") -> Given:
    """What was answered about an input, `text`, if it is one. Raises MalformedError."""
    if not isinstance(results, list) or not all(_is_result(one) for one in results):
        raise MalformedError("result", "this is no list of Label Studio's results")
    given: dict[str, list[Result]] = {name: [] for name in (*WRITTEN, *(name for name, _ in parts(form)))}
    for one in results:
        if one["from_name"] not in given:
            raise MalformedError("from_name", f"nothing was asked under the name {one['from_name']!r}")
        given[one["from_name"]].append(one)
    return Given(
        answer=_answer(form, ANSWER, given, text),
        texts={name: "\n".join(texts(given[name])) for name in WRITTEN if given[name]},
        suggested=any(str(one.get("origin", "")).startswith("prediction") for one in results),
    )


def results(form: Form, answer: Any, *, size: Size | None = None) -> list[Result]:
    """The results that stand for a valid answer; `size` is that of the picture, where the form does not tell."""
    return _results(form, ANSWER, answer, size)


def _is_result(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("from_name"), str) and isinstance(one.get("value"), dict)


def _answer(form: Form, name: str, given: dict[str, list[Result]], text: str) -> Any:
    if isinstance(form, Several):
        said: dict[str, Any] = {}
        for title, part in form.parts:
            if form.asks(title, said):
                said[title] = _answer(part, part_name(name, title), given, text)
        return said
    control = control_of(form)
    if wrong := [one for one in given[name] if one.get("type") != control.kind]:
        raise MalformedError("type", f"{wrong[0].get('type')!r} under {name!r} should be {control.kind!r}")
    return control.read(form, name, given[name], text)


def _results(form: Form, name: str, answer: Any, size: Size | None) -> list[Result]:
    if isinstance(form, Several):
        asked = [(part, part_name(name, title), answer[title]) for title, part in form.parts if title in answer]
        return [one for part, of, value in asked for one in _results(part, of, value, size)]
    return control_of(form).write(form, name, answer, size)
