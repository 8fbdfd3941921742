"""What is kept of a briefing between calls: who is paused and why, and the honeypots without their truth."""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any, Self

from gt_platform.labeling.messages import Briefing, Honeypot

Json = dict[str, Any]


@dataclass(frozen=True)
class Briefed:
    """The honeypots in use; the reasons of those paused, by annotator."""

    honeypots: tuple[Honeypot, ...] = ()
    paused: dict[str, str] | None = None

    @classmethod
    def of(cls, briefing: Briefing) -> Self:
        """What matters of it."""
        paused = {one.annotator: one.reason for one in briefing.standings if one.state == "paused"}
        return cls(tuple(replace(one, truth=None) for one in briefing.honeypots), paused)

    @classmethod
    def of_json(cls, kept: Json) -> Self:
        """From what `json` made; nothing, if there was no briefing yet."""
        honeypots = (Honeypot(**{**one, "requires": tuple(one["requires"])}) for one in kept.get("honeypots", ()))
        return cls(tuple(honeypots), dict(kept.get("paused", {})))

    def without(self, items: Container[str]) -> Self:
        """The same but for honeypots of these items."""
        return replace(self, honeypots=tuple(one for one in self.honeypots if one.item_id not in items))

    def json(self) -> Json:
        """As it is kept."""
        return {"honeypots": [vars(one) for one in self.honeypots], "paused": self.paused or {}}

    def reason(self, annotator: str) -> str | None:
        """Why an annotator is paused; None for one who is not."""
        return (self.paused or {}).get(annotator)
