"""`gt compare --project`: a candidate on a release, by the project's metric and the design of its sample."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gt_platform.benchmark import Marked, Paired, paired
from gt_platform.cli.app import UsageError, project_named, store_of
from gt_platform.cli.compared import Marks
from gt_platform.cli.reading import Reading
from gt_platform.cli.remarks import remark
from gt_platform.cli.sheets import labels_in
from gt_platform.project.candidates import PRODUCTION
from gt_platform.truth.tags import release_named

ALSO = {"task": ("event_id", "item_id", "id"), "label": ("output", "answer", "prediction")}
"""What the files of a candidate may call its columns, too."""


def on_release(
    given: Sequence[Path | None], how: Reading, *, project: str, release: str | None, metric: str | None
) -> Marks:
    """Two files, or one and what production put out, on a release of the project. Raises UsageError, LakeError."""
    declared = project_named(project)
    files = [path for path in given if path is not None]
    how = replace(how, also=ALSO)
    outputs = [dict(labels_in(path, how).rows.select("task", "label").iter_rows()) for path in files]
    first = outputs[0] if len(outputs) > 1 else None
    with store_of(declared) as (_, store):
        try:
            number = None if release is None else release_named(store, release)
            found = paired(store, declared, first=first, second=outputs[-1], release=number, metric=metric)
        except ValueError as error:
            raise UsageError(f"{files[-1]}: {error}") from None
    names = [PRODUCTION, *map(str, files)][-2:]
    for name, system in zip(names, (found.first, found.second), strict=True):
        _remark(name, system, len(found.events))
    if found.unsaid:
        remark(f"left out: {found.unsaid:,} sampled events that have a truth, and no answer in every file")
    return _marks(found)


def _marks(found: Paired) -> Marks:
    return Marks(
        tasks=found.events,
        first=found.first.value,
        second=found.second.value,
        metric=f"{found.metric} on release {found.release}",
        lowest=found.lowest,
        highest=found.highest,
        drawn=found.drawn,
        own=(found.first.own, found.second.own),
        lower_is_better=found.lower_is_better,
    )


def _remark(name: str, system: Marked, events: int) -> None:
    """Raises UsageError where nothing of it can be right."""
    if not system.invalid:
        return
    said = f"{name}: {system.invalid:,} of {events:,} answers are no valid answers"
    if system.invalid == events and name != PRODUCTION:
        raise UsageError(f"{said}: {system.example}; --map gives labels their meaning, --label names their column")
    remark(f"{said}, and count as wrong: {system.example}")
