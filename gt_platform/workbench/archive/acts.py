"""What whoever leads or reviews does to one item's truth: the functions that `gt truth` calls, in the lake, each one
transaction with its entry in the audit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gt_platform import labeling, truth
from gt_platform.lake import Store, Writer
from gt_platform.project import Project
from gt_platform.truth import Correction, TruthError
from gt_platform.truth.by_hand import note
from gt_platform.workbench.store.texts import as_json, plain

NO_HONEYPOT = (
    "it cannot be a honeypot: it has no truth that the answer schema allows, is being asked, or was one with this "
    "answer already"
)
NOT_ASKED = "it is not asked: it is being asked already, or was retired"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Somebody, by the code of their account, and why they do what they do to an item."""

    store: Store
    project: Project
    item_id: str
    actor: str
    why: str

    def reason(self) -> str:
        """The reason as it is kept. Raises TruthError where there is none, WorkError for one that cannot be kept."""
        reason = plain(self.why, "reason")
        if not reason:
            raise TruthError("say why: it is kept with the decision")
        return reason


def correct(deed: Deed, answer: Any) -> bool:
    """Say what the item's answer is; whether it was another. Raises TruthError, WorkError."""
    rows = [Correction(deed.item_id, as_json(answer), deed.reason())]
    return bool(truth.correct(deed.store, deed.project, rows, actor=deed.actor).corrected)


def retire(deed: Deed, category: str) -> bool:
    """Take the item out of the truth; whether it was in. Raises TruthError, WorkError."""
    what = {"why": deed.reason(), "category": category, "actor": deed.actor}
    return bool(truth.retire(deed.store, deed.project, [deed.item_id], **what).retired)


def restore(deed: Deed) -> bool:
    """Put the item back as it was. Raises TruthError, WorkError."""
    return bool(truth.restore(deed.store, deed.project, [deed.item_id], why=deed.reason(), actor=deed.actor))


def make_honeypot(deed: Deed) -> bool:
    """Mix the item into people's work as one of known answer. Raises TruthError, WorkError."""
    if deed.project.labeling.honeypots is None:
        raise TruthError(f"{deed.project.name} declares no honeypots: labeling.honeypots in its project.yaml")

    def work(writer: Writer) -> int:
        return labeling.designate(writer, deed.project, deed.item_id, datetime.now(UTC))

    return _noted(deed, "honeypot designated", work, NO_HONEYPOT)


def ask_again(deed: Deed) -> bool:
    """Ask people the item anew, in a round whose answers decide it. Raises TruthError, WorkError."""

    def work(writer: Writer) -> int:
        return labeling.ask_anew(writer, deed.project, [deed.item_id])

    return _noted(deed, "asked again", work, NOT_ASKED)


def _noted(deed: Deed, did: str, work: Callable[[Writer], int], refused: str) -> bool:
    reason = deed.reason()

    def noted(writer: Writer) -> None:
        if not work(writer):
            raise TruthError(refused)
        note(writer, deed.actor, did, {"why": reason}, about=deed.item_id)

    deed.store.commit(f"{deed.project.name}: {did}", noted)
    return True
