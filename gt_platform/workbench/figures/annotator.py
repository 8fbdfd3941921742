"""One annotator as a project's lead sees them: their figures, and what leads decided about them."""

from dataclasses import dataclass
from datetime import datetime

from gt_platform.labeling.leading import REINSTATED, VOIDED
from gt_platform.workbench.accounts.people import account_by_code
from gt_platform.workbench.desk.leading import PAUSED, RESUMED
from gt_platform.workbench.desk.reading import read_by
from gt_platform.workbench.figures.dashboard import AnnotatorRow, annotators_of
from gt_platform.workbench.store import audit
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError

IN_WORDS = {
    PAUSED: "paused",
    RESUMED: "work given again",
    REINSTATED: "judged anew",
    VOIDED: "answers so far voided",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a lead, `who`, decided about somebody."""

    at: datetime
    who: str
    did: str
    why: str


@dataclass(frozen=True, kw_only=True)
class OneAnnotator:
    """An annotator, what leads decided about them, oldest first, and which guidelines they `read`, the last first."""

    row: AnnotatorRow
    decided: tuple[Decision, ...]
    read: tuple[tuple[str, datetime], ...]


def annotator(database: Database, project: str, code: str) -> OneAnnotator:
    """The annotator of that code. Raises WorkError 404 where the project has none, DatabaseError."""
    with database.read() as connection:
        row = next((one for one in annotators_of(connection, project) if one.code == code), None)
        if row is None:
            raise WorkError("There is no such annotator in this project.", 404)
        entries = audit.about(connection, project, code, IN_WORDS)
        account = account_by_code(connection, code)
        read = read_by(connection, account.account_id, project) if account else []
    decided = (Decision(at=one.at, who=one.who, did=IN_WORDS[one.did], why=str(one.detail["why"])) for one in entries)
    return OneAnnotator(row=row, decided=tuple(decided), read=tuple(read))
