"""The native records, declared once: event, feedback and annotation, their fields, and the rules across fields.

Nothing here knows a table or where a record came from.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from gt_platform.canonical import canonical, digest
from gt_platform.records import fields
from gt_platform.records.fields import Converter, Kept
from gt_platform.records.reasons import Rejected, shown

Kind = Literal["event", "feedback", "annotation", "truth"]
ColumnType = Literal["text", "double", "instant"]


@dataclass(frozen=True)
class Field:
    """A field of a record: what it may hold, and the column of the same content where that has another name.

    `was` is a name that records may still give it by. Content digests are taken under it, so that a record sent again
    is known again.
    """

    name: str
    convert: Converter
    meaning: str
    required: bool = False
    column: str = ""
    was: str = ""
    type: ColumnType = "text"
    default: Kept | None = None


@dataclass(frozen=True)
class Format:
    """A kind of record. `names` is the field that names it, `about` the fields whose content is its item (`identity`).

    Of several the item is the object that has them, so they stand here in the order of their names.
    """

    kind: Kind
    fields: tuple[Field, ...]
    names: str = ""
    about: tuple[str, ...] = ()
    rule: Callable[[dict[str, Any]], list[Rejected]] = lambda _record: []

    @cached_property
    def in_order(self) -> tuple[Field, ...]:
        """The fields as the canonical JSON that digests are of sorts them."""
        return tuple(sorted(self.fields, key=lambda field: field.was or field.name))

    @cached_property
    def columns(self) -> dict[str, ColumnType]:
        """The columns of an accepted record, in the order of `accept`."""
        found: dict[str, ColumnType] = {field.column or field.name: field.type for field in self.in_order}
        return found | ({"item_id": "text"} if self.about else {}) | {"rescued": "text", "content_digest": "text"}

    @cached_property
    def _plan(self) -> list[tuple[str, Converter, Kept | None, str, bool]]:
        """What `accept` does for each field: its name, converter, value when left out, JSON key, whether a time."""
        return [
            (
                field.name,
                field.convert,
                None if field.required else field.default or (None, ""),
                "" if field.name == self.names else f'"{field.was or field.name}":',
                field.type == "instant",
            )
            for field in self.in_order
        ]

    def accept(self, record: dict[str, Any], raw: str | None) -> tuple[Any, ...]:
        """The values of `columns` from a record, which is used up; `raw` is its text where a double lost digits.

        Raises Rejected with every mistake in the record; the first gives the reason.
        """
        values: list[Any] = []
        texts: list[str] = []  # of the fields but the name, in order: joined, they are the canonical content
        item: list[str] = []  # of the fields it is about
        rescued: dict[str, Any] = {"$raw": raw} if raw else {}
        mistakes = [*self._renamed(record), *self.rule(record)]
        for name, convert, left_out, key, is_time in self._plan:
            given = record.pop(name, None)
            if given is None:
                if left_out is None:
                    mistakes.append(Rejected("schema", f"{name} is missing"))
                    continue
                kept, text = left_out
            else:
                try:
                    kept, text = convert(name, given)
                except Rejected as mistake:
                    mistakes.append(mistake)
                    continue
                if is_time and fields.finer_than_a_microsecond(given):
                    rescued[name] = given
            values.append(kept)
            if name in self.about:
                item.append(text)
            if key and text:
                texts.append(key + text)
        if mistakes:
            raise Rejected(mistakes[0].reason, "; ".join(mistake.detail for mistake in mistakes))
        return self._signed(values, texts, item, record | rescued if record or rescued else None)

    def _renamed(self, record: dict[str, Any]) -> list[Rejected]:
        """Give a record's fields their names of today; a mistake for each that both names give different content."""
        mistakes: list[Rejected] = []
        for name, was in self._names_before.items():
            before = record.pop(was, None)
            if before is not None and (now := record.get(name)) is None:
                record[name] = before
            elif before is not None and now != before:
                detail = f"{name} is {shown(now)} and {was}, its name of before, is {shown(before)}; give one"
                mistakes.append(Rejected("schema", detail))
        return mistakes

    @cached_property
    def _names_before(self) -> dict[str, str]:
        return {field.name: field.was for field in self.fields if field.was}

    def _signed(
        self, values: list[Any], texts: list[str], item: list[str], rescued: dict[str, Any] | None
    ) -> tuple[Any, ...]:
        kept = canonical(rescued) if rescued else None
        content_digest = digest(f"{{{','.join(texts)}}}{kept or ''}")
        if self._name_at is not None and values[self._name_at] is None:
            values[self._name_at] = content_digest
        if self.about:
            values.append(digest(self._content(item)))
        return (*values, kept, content_digest)

    @cached_property
    def _name_at(self) -> int | None:
        return next((place for place, field in enumerate(self.in_order) if field.name == self.names), None)

    def _content(self, texts: list[str]) -> str:
        """The canonical JSON of an item, made of texts that are canonical already."""
        named = ",".join(f'"{name}":{text}' for name, text in zip(self.about, texts, strict=True))
        return texts[0] if len(texts) == 1 else f"{{{named}}}"


def _value_suits_signal(record: dict[str, Any]) -> list[Rejected]:
    signal, value = record.get("signal"), record.get("value")
    if signal == "thumb" and value not in ("up", "down", None):
        return [Rejected("schema", f'value is {shown(value)}; of a thumb, "up" and "down" are allowed')]
    if signal == "rating" and type(value) not in (int, float, type(None)):
        return [Rejected("schema", f"value is {shown(value)}; of a rating, a number is allowed")]
    return []


_ID = "Names the record for ever; left out, the digest of its content does"
_ANNOTATORS = ("end_user", "expert", "llm", "code")
_SIGNALS = ("thumb", "rating", "correction", "outcome")

EVENT = Format(
    "event",
    (
        Field("id", fields.identifier, _ID, column="event_id"),
        Field("occurred_at", fields.instant, "When the model answered", required=True, type="instant"),
        Field("model", fields.label, "Name and version of the model", required=True),
        Field("input", fields.shown_value, "What the model was given: usually a string", required=True),
        Field("output", fields.json_value, "What the model answered", required=True),
        Field("confidence", fields.probability, "The model's own probability of being right", type="double"),
        Field(
            "attributes", fields.json_object, "Anything else, by name: channel, language, scores", default=("{}", "{}")
        ),
        Field("session_id", fields.identifier, "Conversation or session"),
        Field("user_id", fields.identifier, "Whoever was served"),
    ),
    names="id",
    about=("input",),
)
JUDGED_EVENT = replace(
    EVENT,
    fields=tuple(
        replace(field, convert=fields.shown_value) if field.name == "output" else field for field in EVENT.fields
    ),
    about=("input", "output"),
)
"""An event of a project whose answers judge outputs: the same input with another output is another item."""
FEEDBACK = Format(
    "feedback",
    (
        Field("id", fields.identifier, _ID, column="feedback_id"),
        Field("event_id", fields.identifier, "The event it is about, which may arrive later", required=True),
        Field("occurred_at", fields.instant, "When it was given", required=True, type="instant"),
        Field("annotator_kind", fields.one_of(*_ANNOTATORS), "Who gave it", required=True, was="rater_kind"),
        Field("annotator_id", fields.identifier, "Who exactly", was="rater_id"),
        Field("signal", fields.one_of(*_SIGNALS), "What sort of feedback it is", required=True),
        Field("value", fields.json_value, 'thumb: "up" or "down"; rating: a number; others: any', required=True),
        Field("comment", fields.prose, "Free text that came with it"),
    ),
    names="id",
    rule=_value_suits_signal,
)
ANNOTATION = Format(
    "annotation",
    (
        Field("assignment_id", fields.identifier, "The assignment it answers", required=True),
        Field("annotator", fields.identifier, "Who answered", required=True),
        Field("answer", fields.json_value, "The answer, as the project's answer kind writes it", required=True),
        Field("submitted_at", fields.instant, "When it was handed in", type="instant"),
        Field("comment", fields.prose, "The annotator's remark"),
    ),
)
TRUTH = Format("truth", (Field("record", fields.shown_object, "What a format is to make sense of", required=True),))
"""A record of truth, whole: what its fields mean is in `formats`."""


INBOX = (EVENT, FEEDBACK)
ANNOTATIONS = (ANNOTATION,)
TRUTHS = (TRUTH,)


def read(value: Any, formats: tuple[Format, ...], raw: str | None) -> tuple[Format, tuple[Any, ...]]:
    """The format of a JSON value among those allowed, and its columns' values. Raises Rejected."""
    if type(value) is not dict:
        raise Rejected("schema", f"a record is a JSON object, this is {shown(value)}; one object a line")
    kind = value.pop("type", None)
    if kind is None:
        kind = formats[0].kind if len(formats) == 1 else "event" if value.get("event_id") is None else "feedback"
    for known in formats:
        if known.kind == kind:
            return known, known.accept(value, raw)
    raise Rejected("schema", f"type is {shown(kind)}; allowed is {', '.join(known.kind for known in formats)}")
