"""Tasks and annotations as Label Studio holds them, cut down to what the backend reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from gt_platform.labeling.backends.label_studio.config import DRAWN, REF, SIDES
from gt_platform.labeling.backends.label_studio.elements import INPUT

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Handed:
    """An annotation. `by` is who it says made it, `changed_by` who saved it last; times as the server writes them."""

    annotation_id: int
    by: int | None
    changed_by: int | None
    skipped: bool
    created_at: str
    updated_at: str
    seconds: float | None
    results: Any

    @classmethod
    def of(cls, annotation: Json) -> Self:
        """From the API's."""
        return cls(
            annotation_id=annotation["id"],
            by=annotation.get("completed_by"),
            changed_by=annotation.get("updated_by"),
            skipped=bool(annotation.get("was_cancelled")),
            created_at=annotation["created_at"],
            updated_at=annotation["updated_at"],
            seconds=annotation.get("lead_time"),
            results=annotation.get("result"),
        )


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task with its annotations, the oldest first.

    `text` is its input; `suggested`: it came with an answer; `sided`: the order of two sides was drawn.
    """

    task_id: int
    project_id: int
    ref: str
    created_at: str
    updated_at: str
    text: str
    suggested: bool
    handed: tuple[Handed, ...]
    sided: bool = False

    @classmethod
    def of(cls, task: Json) -> Self:
        """From the API's."""
        data = task["data"]
        handed = sorted(
            (Handed.of(one) for one in task["annotations"]), key=lambda one: (one.created_at, one.annotation_id)
        )
        return cls(
            task_id=task["id"],
            project_id=task["project"],
            ref=str(data.get(REF, "")),
            created_at=task["created_at"],
            updated_at=task["updated_at"],
            text=str(data.get(INPUT, "")),
            suggested=bool(task.get("predictions")),
            handed=tuple(handed),
            sided=data.get(SIDES) == DRAWN,
        )

    @classmethod
    def of_row(cls, row: Json) -> Self:
        """From what `vars` made of it and its annotations."""
        return cls(**{**row, "handed": tuple(Handed(**one) for one in row["handed"])})

    def row(self) -> Json:
        """As JSON."""
        return {**vars(self), "handed": [vars(one) for one in self.handed]}


def moment(text: str) -> datetime:
    """A time as the server writes it."""
    return datetime.fromisoformat(text)
