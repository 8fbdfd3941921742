"""From a table's definition in `gt_platform/lake/tables.py` to its asset: key, description, columns, days."""

from collections.abc import Iterable
from datetime import date

import dagster as dg

from gt_platform.lake.tables import Column, Table
from gt_platform.project import Project


def daily(project: Project) -> dg.DailyPartitionsDefinition:
    """A partition per frame, which is a UTC day; today's is among them, so that files can be taken in as they come."""
    return dg.DailyPartitionsDefinition(project.start.isoformat(), timezone="UTC", end_offset=1)


def key(project: Project, table: Table) -> dg.AssetKey:
    """The key of a table's asset."""
    return dg.AssetKey([project.name, table.name])


def days(context: dg.AssetExecutionContext) -> list[date]:
    """The days of this run, in order; none for a run that is not about days."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return []
    return sorted(date.fromisoformat(day) for day in context.partition_keys)


def spec(
    project: Project, table: Table, *, after: Iterable[Table] = (), kinds: Iterable[str] = (), per_day: bool = False
) -> dg.AssetSpec:
    """The asset of a table: all that can be said of it from its definition and its project."""
    return dg.AssetSpec(
        key(project, table),
        deps=[key(project, other) for other in after if other is not table],
        description=table.comment,
        group_name=project.name,
        owners=list(project.owners),
        kinds={"duckdb", *kinds},
        partitions_def=daily(project) if per_day else None,
        metadata={
            "dagster/table_name": f"gt.{project.name}.{table.name}",
            "dagster/column_schema": dg.TableSchema(columns=[_column(table, column) for column in table.columns]),
        },
    )


def _column(table: Table, column: Column) -> dg.TableColumn:
    constraints = dg.TableColumnConstraints(
        nullable=column.nullable,
        unique=table.key == (column.name,),
        other=["key"] if column.name in table.key and len(table.key) > 1 else [],
    )
    return dg.TableColumn(column.name, type=column.type, description=column.comment, constraints=constraints)
