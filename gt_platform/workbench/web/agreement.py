"""The page of how far each two annotators agree: a matrix by their codes, and every pair with its figures."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gt_platform.labeling.pairwise import Pair, Pairwise, pairwise
from gt_platform.stats.agreement.bands import CAVEAT, band
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.filters import Filters
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of

WIDEST = 12
"""Annotators in the matrix: those with most items in common with others."""


def show(request: Request) -> Response:
    """GET /p/{project}/agreement: all pairs, or those of one annotator, those who agree least first."""
    project, filters = project_of(request), Filters.of(request, ("annotator",))
    found, who = _found(request), filters["annotator"]
    pairs = sorted((pair for pair in found.pairs if who in {None, pair.one, pair.other}), key=_least_first)
    offset = filters.span["offset"]
    return page(
        request, "agreement.html", project=project, filters=filters, found=found, rows=len(pairs),
        pairs=pairs[offset : offset + filters.size], codes=_widest(found), band=band, caveat=CAVEAT,
        cells={(a, b): pair for pair in found.pairs for a, b in ((pair.one, pair.other), (pair.other, pair.one))},
    )  # fmt: skip


def _found(request: Request) -> Pairwise:
    """As of the last change of the lake: to resample every pair anew for each click would take seconds."""
    project, store = project_of(request), store_of(request)
    kept: dict[str, tuple[Any, Pairwise]] = request.app.state.pairwise
    now = (store.snapshot_id, project.schema_version)
    if project.name not in kept or kept[project.name][0] != now:
        kept[project.name] = (now, pairwise(store, project))
    return kept[project.name][1]


def _least_first(pair: Pair) -> tuple[bool, float, str, str]:
    """What has no interval comes last."""
    told = pair.coefficient
    return told.low is None, told.value if told.value is not None else 1.0, pair.one, pair.other


def _widest(found: Pairwise) -> list[str]:
    shared = {code: sum(pair.agreement.units for pair in found.pairs if code in {pair.one, pair.other})
              for code in found.annotators}  # fmt: skip
    return sorted(sorted(shared, key=lambda code: (-shared[code], code))[:WIDEST])
