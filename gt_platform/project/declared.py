"""What everything declared has in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from gt_platform.errors import GroundTruthError

Path = tuple[str | int, ...]


class ProjectError(GroundTruthError, ValueError):
    """A declaration that cannot be used; the message names file, line, path and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """Something wrong in a declaration: where, as keys and places in lists, and a sentence without its subject."""

    path: Path
    said: str


class MistakesError(ProjectError):
    """Several mistakes, each below the part of a declaration that was being looked at."""

    def __init__(self, found: Sequence[Mistake]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(f"{'.'.join(map(str, one.path))}: {one.said}" for one in found))


class Declared(BaseModel):
    """Base of everything declared: unknown keys are mistakes, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Pydantic takes true for 1; nobody means that."""
        field = cls.model_fields[info.field_name or ""]
        if isinstance(value, bool) and field.annotation is not bool:
            raise ValueError(
                f"must not be {str(value).lower()}; YAML reads yes, no, on and off so: use quotes for text"
            )
        return value
