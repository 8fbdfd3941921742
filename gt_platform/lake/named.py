"""The files that a catalog names: what its tables are made of, at any of its snapshots."""

from collections.abc import Iterable
from dataclasses import dataclass

from gt_platform.lake.outages import LakeError

Row = tuple[str, bool, str, bool, str, bool, int]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A file of a table: `path` below the data, `size` in bytes."""

    path: str
    size: int


def statement(metadata: str = "") -> str:
    """What asks a catalog for its files; `metadata` is where its tables are, with a dot at the end."""
    return f"""
        WITH file AS (
            SELECT path, path_is_relative, table_id, file_size_bytes FROM {metadata}ducklake_data_file
            UNION ALL SELECT path, path_is_relative, table_id, file_size_bytes FROM {metadata}ducklake_delete_file
        )
        SELECT file.path, file.path_is_relative, t.path, t.path_is_relative, s.path, s.path_is_relative, file_size_bytes
        FROM file JOIN {metadata}ducklake_table t USING (table_id) JOIN {metadata}ducklake_schema s USING (schema_id)
    """  # noqa: S608 - a constant of whoever asks


def files(rows: Iterable[Row]) -> list[Named]:
    """The answer as files, sorted. Raises LakeError for one that is not below the data: none of ours is elsewhere."""
    return sorted({_file(row) for row in rows}, key=lambda one: one.path)


def _file(row: Row) -> Named:
    path, relative, table, table_relative, schema, schema_relative, size = row
    if not (relative and table_relative and schema_relative):
        raise LakeError(f"the catalog names {path}, which is not below the lake's data; gt_platform wrote no such file")
    return Named(path=f"{schema}{table}{path}", size=size)
