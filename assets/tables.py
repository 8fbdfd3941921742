"""From a table's definition in `gt_platform/lake/tables.py` to its asset: key, description, columns, days."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import dagster as dg

from gt_platform.lake.tables import Column, Table
from gt_platform.project import Project

IN_TIME = timedelta(hours=3)
"""How long after its start a night must have filled what is awaited."""
EARLIER = timedelta(hours=1)
"""What a night may seem to have started before its time where the clock was put back."""


def in_time(project: Project) -> dg.FreshnessPolicy:
    """What Dagster asks of an asset that every night fills: late is what was not filled since the last night began."""
    at = datetime.combine(date.min, time.fromisoformat(project.nightly)) + IN_TIME
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"{at.minute} {at.hour} * * *", lower_bound_delta=IN_TIME + EARLIER, timezone=project.timezone
    )


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
    project: Project,
    table: Table,
    *,
    after: Iterable[Table] = (),
    kinds: Iterable[str] = (),
    per_day: bool = False,
    awaited: bool = False,
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
        freshness_policy=in_time(project) if awaited else None,
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
