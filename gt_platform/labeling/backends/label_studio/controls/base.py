"""What a control must say, and the results it reads and writes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar
from xml.etree.ElementTree import Element

from gt_platform.answers.form import Form
from gt_platform.errors import GroundTruthError
from gt_platform.labeling.backends.label_studio.elements import INPUT

F = TypeVar("F", bound=Form)
Result = dict[str, Any]
Size = tuple[float, float]


class MalformedError(GroundTruthError, ValueError):
    """Results that are no answer; `reason` is a word for it, the message says what they are."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Control(ABC, Generic[F]):
    """Asks for one form of answer, reads what comes back, and shows an answer that is there already.

    `kind` is the type of its results and `key` where their value is; `marks`: it marks places in the input, so that it
    stands before it; `picture`: the input must be one.
    """

    form: ClassVar[type[Form]]
    kind: ClassVar[str]
    key: ClassVar[str]
    marks: ClassVar[bool] = False
    picture: ClassVar[bool] = False

    @abstractmethod
    def ask(self, view: Element, form: F, name: str) -> None:
        """Add what asks under this name. Raises BackendError for a word that cannot be shown."""

    def data(self, form: F, name: str) -> dict[str, Any]:  # noqa: ARG002 - most need none
        """What a task's data must have for it."""
        return {}

    def may_be_empty(self, form: F) -> bool:  # noqa: ARG002 - most may not
        """Whether no result at all can be an answer."""
        return False

    def can_show(self, form: F) -> bool:  # noqa: ARG002 - most can
        """Whether an answer can be shown before somebody has opened the task."""
        return True

    def read(self, form: F, name: str, found: Sequence[Result], text: str) -> Any:
        """The answer that results of its kind stand for; `text` is the input, if it is one. Raises MalformedError."""
        if len(found) != 1:
            reason = "several" if found else "incomplete"
            raise MalformedError(reason, f"{len(found)} results for {name!r}, not one")
        return self.value(form, name, found[0]["value"].get(self.key), text)

    def value(self, form: F, name: str, value: Any, text: str) -> Any:  # noqa: ARG002 - most take it as it is
        """The answer that a single result's value stands for. Raises MalformedError."""
        return value

    def write(self, form: F, name: str, answer: Any, size: Size | None) -> list[Result]:  # noqa: ARG002 - of pictures
        """The results that stand for a valid answer; `size` is that of the picture, where it is known."""
        return [self.result(name, {self.key: self.shown(answer)})]

    def shown(self, answer: Any) -> Any:
        """An answer as a single result's value."""
        return answer

    def result(self, name: str, value: Any, to: str = INPUT) -> Result:
        """One of its results."""
        return {"from_name": name, "to_name": to, "type": self.kind, "value": value}


def only(value: Any, name: str) -> Any:
    """The single label in a list of labels."""
    if not isinstance(value, list) or len(value) != 1:
        raise MalformedError("several", f"{value!r} under {name!r} is not a single label")
    return value[0]


def texts(found: Sequence[Result]) -> list[str]:
    """Everything that was written."""
    written = [text for one in found for text in listed(one["value"].get("text"))]
    if not all(isinstance(text, str) for text in written):
        raise MalformedError("text", f"{str(written)[:80]} should be texts")
    return written


def listed(value: Any) -> list[Any]:
    """A single one as a list of it."""
    return value if isinstance(value, list) else [value]
