"""What the page of a form must say, and what it is given: no form is named here.

A field holds text as it was typed, so that a page can be shown again with nothing lost. Whether an answer is allowed is
up to its kind. Fields are named after the part of the answer they hold, `a` being the whole: `a.1` is the second part
of several, or the second option of a list.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import count, takewhile
from pkgutil import iter_modules
from typing import Any, ClassVar, Generic, TypeVar

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import AnyJson, Form
from gt_platform.records.reasons import Rejected
from gt_platform.records.strict_json import parse_json

F = TypeVar("F", bound=Form)
Fields = Mapping[str, str]
WHOLE = "a"
SHARED = '{% from "_form.html" import ask, show, legend, key, meaning, labels, wording, words %}'
"""What the markup of every form may use."""


class FormPage(ABC, Generic[F]):
    """Asks for one form of answer, reads what comes back, and shows an answer somebody gave.

    Both are markup in Jinja: `ask` is given the `widget`, `show` what `said` made of the answer as `said`, and both
    `seen`, the text or picture that places are marked in. An element with `data-widget="NAME"` is handed to `ask` of
    the script NAME.js beside this file, one with `data-show="NAME"` to its `show`.
    """

    form: ClassVar[type[Form]]
    ask: ClassVar[str]
    show: ClassVar[str]

    @abstractmethod
    def read(self, form: F, fields: Fields, name: str) -> Any:
        """The answer these fields hold, not yet validated. Raises InvalidAnswerError where something is missing."""

    @abstractmethod
    def fill(self, form: F, answer: Any, name: str) -> dict[str, str]:
        """The fields that hold this answer; those an answer of another form cannot fill stay empty."""

    @abstractmethod
    def said(self, form: F, answer: Any, seen: str) -> Any:
        """The answer as `show` needs it; whatever an answer of another form makes it raise is caught."""

    def seen(self, form: F, shown: Any, origins: tuple[str, ...]) -> str:  # noqa: ARG002 - most mark nothing
        """What of an input is marked; empty where the answer marks nothing, or the input has nothing to mark."""
        return ""


@dataclass(frozen=True, kw_only=True)
class Widget:
    """One part of an answer on a page: what is asked, the name of its field and what was typed so far.

    `title` is empty for the whole answer.
    """

    form: Form
    fields: Fields
    name: str = WHOLE
    title: str = ""

    @property
    def template(self) -> str:
        """The markup that asks."""
        return f"ask {page_of(self.form).form.__name__}"

    def typed(self, part: int | str | None = None) -> str:
        """What was typed into the field, or into the field of one of its parts."""
        return self.fields.get(self.name if part is None else f"{self.name}.{part}", "")

    def listed(self) -> list[str]:
        """What was typed into its parts, up to the first that is missing."""
        return listed(self.fields, self.name)

    def part(self, at: int, title: str, form: Form) -> "Widget":
        """The widget of one of its parts."""
        return Widget(form=form, fields=self.fields, name=f"{self.name}.{at}", title=title)


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer somebody gave, as the markup of its form shows it."""

    page: FormPage[Any]
    value: Any

    @property
    def template(self) -> str:
        """The markup that shows it."""
        return f"show {self.page.form.__name__}"


def page_of(form: Form) -> FormPage[Any]:
    """What asks for answers of this form."""
    return _pages().get(type(form)) or _pages()[AnyJson]


def said(form: Form, answer: Any, seen: str = "") -> Said:
    """The answer as people read it; `seen` is the text or picture that places are marked in.

    An answer that is not of this form, given under an older schema, is shown as JSON.
    """
    page = page_of(form)
    try:
        return Said(page=page, value=page.said(form, answer, seen))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return said(AnyJson(), answer)


def templates() -> dict[str, str]:
    """The markup of every form, under the names that widgets and answers give."""
    pages = _pages().values()
    asking = {f"ask {page.form.__name__}": SHARED + page.ask for page in pages}
    return asking | {f"show {page.form.__name__}": SHARED + page.show for page in pages}


def typed(fields: Fields) -> dict[str, str]:
    """Those of a page's fields that hold the answer."""
    return {key: text for key, text in fields.items() if key == WHOLE or key.startswith(f"{WHOLE}.")}


def listed(fields: Fields, name: str) -> list[str]:
    """What the fields `name.0`, `name.1` and so on hold, up to the first that is missing."""
    names = (f"{name}.{at}" for at in count())
    return [fields[key] for key in takewhile(fields.__contains__, names)]


def json_in(text: str) -> Any:
    """What a field holds as JSON. Raises InvalidAnswerError."""
    try:
        return parse_json(text.encode(errors="replace"))
    except Rejected as error:
        raise InvalidAnswerError(f"This is not JSON: {error}.") from None


@cache
def _pages() -> dict[type[Form], FormPage[Any]]:
    package = import_module(__name__.rpartition(".")[0])
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return {one.form: one() for one in found if issubclass(one, FormPage) and hasattr(one, "form")}
