"""What a migration is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gt_platform.lake.tables import Table

Tables = Mapping[str, Table]


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One step from the schema version before to `version`.

    `statements` is pure: from a project's tables as the lake has them (names, types, NOT NULLs, comments) to the SQL
    that changes them, run with the project's schema in use. It never reads today's definitions, which go on changing
    after it. Comments and views need no step: they follow their definitions.
    """

    version: int
    said: str
    statements: Callable[[Tables], list[str]]
