"""The page of conflicts: items on which annotators differ, how, and who with whom. What is asked for is its address."""

import json
from dataclasses import dataclass
from typing import Any

import polars as pl
from starlette.requests import Request
from starlette.responses import Response

from gt_platform.answers import Form, form_of
from gt_platform.answers.apart import HOW
from gt_platform.answers.form import MarkImage, MarkText, PickSeveral, Quantity
from gt_platform.labeling.conflicts import Conflicts, conflicts, shown
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.workbench.archive.blind import to_be_answered
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.filters import Filters
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import store_of

ASKED = ("how", "true", "said", "annotator", "other", "state")
STATES = {"decided": True, "undecided": False}
MOST_LABELS, MOST_PAIRS = 14, 30


@dataclass(frozen=True, kw_only=True)
class Labels:
    """How often what is true was called something else: items by both labels, None being no label at all."""

    true: list[str | None]
    said: list[str | None]
    items: dict[tuple[str | None, str | None], int]
    left_out: int


def show(request: Request) -> Response:
    """All conflicts, or those that are asked for, but of items that whoever asks is yet to answer."""
    project, filters = project_of(request), Filters.of(request, ASKED)
    hidden = to_be_answered(request.app.state.database, request.state.account, project.name)
    found = _found(request)
    chosen = _chosen(found, filters)
    chosen = chosen.filter(~chosen.is_in(sorted(hidden)))
    offset = filters.span["offset"]
    listed = chosen[offset : offset + filters.size].to_list()
    return page(
        request, "conflicts.html", project=project, filters=filters, rows=len(chosen), kinds=_kinds(found),
        items=_items(store_of(request), project, found, listed), labels=_labels(found), pairs=_pairs(found),
        annotators=sorted(set(found.answers["annotator"])), states=STATES, most_pairs=MOST_PAIRS,
        contested=found.answers["item_id"].n_unique(),
        names={name: _names(found.differing, name) for name in ("true", "said")},
    )  # fmt: skip


def _found(request: Request) -> Conflicts:
    """What was found when the lake last changed: to compare all answers anew for each click would take seconds."""
    project, store = project_of(request), store_of(request)
    kept: dict[str, tuple[Any, Conflicts]] = request.app.state.conflicts
    now = (store.snapshot_id, project.schema_version)
    if project.name not in kept or kept[project.name][0] != now:
        kept[project.name] = (now, conflicts(store, project))
    return kept[project.name][1]


def _chosen(found: Conflicts, filters: Filters) -> pl.Series:
    """The items that are asked for, those with most differences first."""
    rows = found.differing
    one, other = sorted((filters["annotator"] or "", filters["other"] or ""))
    if one:
        both = found.pairs.filter((pl.col("annotator") == one) & (pl.col("other") == other))
        rows = rows.filter(pl.col("annotator").is_in([one, other])).join(both, on="item_id", how="semi")
    elif other:
        rows = rows.filter(pl.col("annotator") == other)
    if filters["how"]:
        rows = rows.filter(pl.col("how") == filters["how"])
    if filters["state"] in STATES:
        rows = rows.filter(pl.col("decided") == STATES[filters["state"]])
    for name in ("true", "said"):
        if name in filters.given:  # an empty one asks for what has none
            rows = rows.filter(pl.col(name).eq_missing(pl.lit(filters[name])))
    return rows.group_by("item_id").len().sort(["len", "item_id"], descending=[True, False])["item_id"]


def _names(rows: pl.DataFrame, name: str) -> list[str]:
    """The labels of a column; the empty one stands for none at all."""
    labelled = rows.filter(pl.any_horizontal(pl.col("true", "said").is_not_null()))
    return sorted(labelled[name].fill_null("").unique())


def _kinds(found: Conflicts) -> dict[str, int]:
    counted = dict(found.differing.group_by("how").agg(pl.col("item_id").n_unique()).iter_rows())
    return {how: counted[how] for how in HOW if how in counted}


def _items(store: Store, project: Project, found: Conflicts, listed: list[str]) -> list[dict[str, Any]]:
    """What is shown of these items, each with its answers in words and how they differ."""
    form, told = form_of(project.answer_kind), shown(store, listed)
    answers = found.answers.filter(pl.col("item_id").is_in(listed)).partition_by("item_id", as_dict=True)
    ways = found.differing.filter(pl.col("item_id").is_in(listed))
    apart: dict[tuple[str, str], list[str]] = {}
    for row in ways.iter_rows(named=True):
        apart.setdefault((row["item_id"], row["annotator"]), []).append(_way(row))
    return [
        told[item]
        | {
            "truth": in_words(form, told[item]["truth"]),
            "answers": [
                (row["annotator"], in_words(form, row["answer"]), apart.get((item, row["annotator"]), []))
                for row in answers[item,].iter_rows(named=True)
            ],
        }
        for item in listed
        if item in told
    ]


def _way(row: dict[str, Any]) -> str:
    named = {"missing": row["true"], "extra": row["said"], "low overlap": row["true"]}
    return f"{row['how']}: {named[row['how']]}" if named.get(row["how"]) else str(row["how"])


def _labels(found: Conflicts) -> Labels:
    counted = found.differing.filter(pl.col("true").ne_missing(pl.col("said")))
    items = {(true, said): n for true, said, n in counted.group_by("true", "said")
             .agg(pl.col("item_id").n_unique()).iter_rows()}  # fmt: skip
    names: dict[str | None, int] = {}
    for (true, said), n in items.items():
        names |= {true: names.get(true, 0) + n, said: names.get(said, 0) + n}
    most = sorted((one for one in names if one is not None), key=lambda one: (-names[one], one))
    kept: list[str | None] = [*sorted(most[:MOST_LABELS]), None]
    return Labels(
        true=[one for one in kept if any(true == one for true, _ in items)],
        said=[one for one in kept if any(said == one for _, said in items)],
        items=items,
        left_out=max(len(most) - MOST_LABELS, 0),
    )


def _pairs(found: Conflicts) -> list[dict[str, Any]]:
    """Who differs from whom, those who do so most first."""
    counted = found.pairs.group_by("annotator", "other").len("items").join(found.together, on=["annotator", "other"])
    ordered = counted.sort(["items", "annotator", "other"], descending=[True, False, False])
    return ordered.with_columns(share=pl.col("items") / pl.col("together")).rows(named=True)


def in_words(form: Form, answer: str | None) -> str | None:
    """An answer, given as JSON text, in a line."""
    if answer is None:
        return None
    value = json.loads(answer)
    try:
        return _words(form, value)
    except (KeyError, TypeError, AttributeError):  # of an older schema
        return answer


def _words(form: Form, value: Any) -> str:
    match form:
        case PickSeveral():
            return ", ".join(value) or "none of them"
        case Quantity():
            return f"{value:g} {form.unit}"
        case MarkText():
            return ", ".join(f"{one['label']} {one['start']}–{one['end']}" for one in value) or "nothing marked"
        case MarkImage():
            return ", ".join(f"{one['label']} at {one['x']:g}, {one['y']:g}" for one in value) or "nothing marked"
        case _:
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
