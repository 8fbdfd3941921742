"""The one place where outputs become answers: whatever compares an output with truth reads it here first."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from gt_platform.answers import Answer, AnswerKind, InvalidAnswerError, ReadsOutputs, ReadsText, form_of
from gt_platform.answers.form import AnyJson, Quantity, names_in
from gt_platform.answers.normal import trimmed
from gt_platform.canonical import canonical, double
from gt_platform.project.declared import Mistake, Path
from gt_platform.project.output import NOTHING, Output, at, scalar, steps

Reason = Literal["missing", "not_a_number", "not_allowed"]
LONGEST = 200
"""Characters of an output that are ever repeated: people's texts are in it."""
NUMBER = re.compile(r"\s*([+\u2212-]?)\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Read:
    """An output as it was read: the `answer`, canonical, or the `reason` why it is none and `why` in words.

    `plain` is what was found in it, valid or not.
    """

    plain: Any
    answer: Answer = None
    reason: Reason | None = None
    why: str = ""


class Outputs:
    """Reads outputs as a project declares; without a declaration an output is the answer as it stands."""

    def __init__(self, kind: AnswerKind, declared: Output | None) -> None:
        self._kind = kind
        # asked once: of a protocol that takes twice as long as all the rest
        self._allowed = kind.validate_output if isinstance(kind, ReadsOutputs) else kind.validate
        self._form = form_of(kind)
        self._declared = declared or Output()
        self._steps = steps(self._declared.path)
        self._names = {self._same(name): name for name in names_in(self._form)}
        self._map = {self._same(key): target for key, target in self._declared.map.items()}
        self._as_is = declared is None

    @property
    def as_they_are(self) -> bool:
        """Whether nothing is declared of how outputs are read."""
        return self._as_is

    def read(self, output: Any) -> Read:
        """The answer in an output, a JSON value."""
        return self.found(at(output, self._steps))

    def found(self, value: Any) -> Read:
        """The same of what lies at the path already."""
        if value is NOTHING:
            return Read(plain=None, reason="missing", why=f"there is nothing at {self._declared.path}")
        plain = self._plain(value)
        if plain is None:
            return Read(plain=None, reason="missing", why="it is null")
        if self._declared.number and isinstance(plain, str):
            number = _number(plain)
            if number is None:
                return Read(plain=plain, reason="not_a_number", why=_short(f"{plain!r} is not a number such as 12.5"))
            plain = number
        try:
            answer = self._allowed(plain)
        except InvalidAnswerError as error:
            return Read(plain=plain, reason="not_allowed", why=_short(str(error)))
        return Read(plain=plain, answer=answer)

    def written(self, text: str) -> Read:
        """The answer in a text: an output or an answer in JSON, an answer bare, or one as a person writes it."""
        try:
            value = json.loads(text)
            tried = [self.read(value), self.found(value), self.found(text)]
        except ValueError:
            tried = [self.found(text)]
        right = next((one for one in tried if one.reason is None), None)
        return right or self._parsed(text) or tried[-1]

    def _parsed(self, text: str) -> Read | None:
        if not text or not isinstance(self._kind, ReadsText):
            return None
        try:
            return Read(plain=text, answer=self._kind.parse(text))
        except InvalidAnswerError:
            return None

    def text(self, output: str) -> str:
        """An output's JSON text as it is compared with truth: the answer, or what no answer is."""
        read = self.read(json.loads(output))
        return canonical(read.plain if read.reason else read.answer)

    def frame(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with their `output` (JSON) as it is compared with truth.

        `read` is the answer where it is not the output as it came, `invalid` the reason why there is none.
        """
        told = {text: self._told(text) for text in rows["output"].unique()}
        columns = zip(*(told[text] for text in rows["output"]), strict=True) if rows.height else ((), (), ())
        named = zip(("output", "read", "invalid"), columns, strict=True)
        return rows.with_columns(pl.Series(name, list(values), dtype=pl.String) for name, values in named)

    def invalid(self, outputs: Iterable[str]) -> dict[str, Read]:
        """Those of the outputs (JSON) that are no valid answers."""
        read = ((text, self.read(json.loads(text))) for text in outputs)
        return {text: found for text, found in read if found.reason}

    def answers(self, outputs: pl.Series) -> pl.Series:
        """Outputs (JSON) as answers (JSON); null where they are none."""
        read = {text: self.read(json.loads(text)) for text in outputs.unique().drop_nulls()}
        answers = {text: None if one.reason else canonical(one.answer) for text, one in read.items()}
        return pl.Series(outputs.name, [answers.get(text) for text in outputs], dtype=pl.String)

    def texts(self, outputs: pl.Series) -> pl.Series:
        """The texts that lie at the path of outputs (JSON), answers or not; null where that is no text."""
        plain = {text: self.read(json.loads(text)).plain for text in outputs.unique().drop_nulls()}
        found = {text: one for text, one in plain.items() if isinstance(one, str)}
        return pl.Series(outputs.name, [found.get(text) for text in outputs], dtype=pl.String)

    def mistakes(self) -> Iterator[Mistake]:
        """What of the declaration the kind makes no sense of."""
        names = {name: name for name in names_in(self._form)}
        yield from (Mistake(path=("casefold",), said=one.said) for one in self._merged((), names))
        if self._declared.number and not isinstance(self._form, AnyJson | Quantity):
            yield Mistake(
                path=("number",), said="makes numbers of text, which are no answers of this kind; leave it out"
            )
        yield from self._merged(("map",), self._declared.map)
        for key, target in self._declared.map.items():
            yield from self._of_target(key, target)

    def _of_target(self, key: str, target: Any) -> Iterator[Mistake]:
        path: Path = ("map", key)
        named = self._names.get(self._same(key))
        if named is not None and target != named:
            yield Mistake(path=path, said=f"{key!r} is a label already, and would never be read as {named!r}")
        if self._names and isinstance(target, str) and target in self._names.values():
            return
        try:
            self._kind.validate(target)
        except InvalidAnswerError as error:
            yield Mistake(path=path, said=f"no answer: {_short(str(error))}")

    def _told(self, text: str) -> tuple[str, str | None, str | None]:
        read = self.read(json.loads(text))
        if read.reason:
            return canonical(read.plain), None, read.reason
        answer = canonical(read.answer)
        return answer, None if answer == text else answer, None

    def _plain(self, value: Any) -> Any:
        """With its text as declared, and what is mapped; places and sizes further inside are left alone."""
        if isinstance(value, list):
            return [self._below(one) if isinstance(one, list | dict) else self._mapped(one) for one in value]
        return self._below(value) if isinstance(value, dict) else self._mapped(value)

    def _below(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._below(one) for one in value]
        if isinstance(value, dict):
            return {key: self._below(one) for key, one in value.items()}
        return self._mapped(value) if isinstance(value, str) else value

    def _mapped(self, value: Any) -> Any:
        same = self._same(scalar(value))
        if same in self._map:
            return self._map[same]
        return self._names.get(same, same) if isinstance(value, str) else value

    def _same(self, text: str) -> str:
        kept = trimmed(text) if self._declared.trim else text
        return kept.casefold() if self._declared.casefold else kept

    def _merged(self, path: Path, names: Mapping[str, Any]) -> Iterator[Mistake]:
        """Names with other meanings that are the same once read."""
        seen: dict[str, str] = {}
        for name, target in names.items():
            first = seen.setdefault(self._same(name), name)
            if names[first] != target:
                yield Mistake(path=(*path, name), said=f"{name!r} and {first!r} are the same once read; keep one")


class Judged(Outputs):
    """Of outputs that are judged themselves: none is read as an answer, so all are the same to the truth, and valid."""

    def __init__(self, kind: AnswerKind) -> None:
        super().__init__(kind, None)

    def found(self, value: Any) -> Read:  # noqa: ARG002 - whatever it is
        """Nothing, which is no mistake."""
        return Read(plain=None)

    def _told(self, text: str) -> tuple[str, str | None, str | None]:
        return self.text(text), None, None


def _number(text: str) -> float | int | None:
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    try:
        value = double(found[2])
    except ValueError:
        return None
    return -value if found[1] in {"-", "\u2212"} else value


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
