"""What a backup says of itself. It is written last: a folder without it is no backup."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from gt_platform.errors import GroundTruthError

NAME = "backup.json"
DATA, HOME, STORE = "data", "home", "workbench.sqlite"
"""Where a backup has the lake's files, those of the home, and the workbench's store."""


class BackupError(GroundTruthError):
    """A backup that cannot be made or brought back; the message says why and what to do."""


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kept(_Fact):
    """A file of the home, a folder, or a link: `path` below the home, its mode, and what it holds or leads to."""

    path: str
    mode: int
    size: int = 0
    sha256: str | None = None
    link: str | None = None


class Object(_Fact):
    """A file: its path, `size` in bytes, and its digest where it was copied, else its version."""

    path: str
    size: int
    sha256: str | None = None
    version: str | None = None


class Manifest(_Fact):
    """Everything that a backup holds."""

    layout: Literal[1] = 1
    software: str
    made_at: datetime
    catalog: Literal["sqlite", "postgres"]
    data: str
    copied: bool
    """Whether the lake's files are in the backup; else they were listed where `data` says."""
    own: list[Object]
    """The copies of the catalog and of the workbench's store, below the backup."""
    objects: list[Object]
    home: list[Kept]
    store: bool
    """Whether the workbench had a store."""

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises BackupError where there is none that can be used."""
        file = folder / NAME
        try:
            return cls.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            raise BackupError(f"{folder} is no backup, or one that was not finished: it has no {NAME}") from None
        except (OSError, ValidationError) as error:
            why = str(error).splitlines()[0]
            raise BackupError(
                f"{file} cannot be read ({why}); was it changed, or made by a newer gt_platform?"
            ) from None

    def write(self, folder: Path) -> None:
        """Finish a backup."""
        unfinished = folder / f"{NAME}.tmp"
        unfinished.write_text(self.model_dump_json(indent=1, exclude_none=True), encoding="utf-8")
        unfinished.replace(folder / NAME)
