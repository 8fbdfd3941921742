"""What of a release's truth may leave the house: to be trained on, or as a benchmark, never both at once by mistake."""

import json
from collections.abc import Collection

import polars as pl

from gt_platform.held_out.search import Benchmark
from gt_platform.held_out.splits import SplitError
from gt_platform.lake import Store
from gt_platform.lake.tables.items import ACTIVE_LEARNING, SETS
from gt_platform.likeness.texts import leaves, text_in

SPLITS = """
    SELECT item_id, split, held_out, withheld_for FROM splits WHERE since IS NOT NULL
    UNION ALL SELECT item_id, origin, origin <> 'active_learning', NULL FROM added_items
"""
ANY = "SELECT count(*) > 0 FROM splits"


def exported(
    store: Store, truth: pl.DataFrame, *, splits: Collection[str] = (), benchmark: bool = False
) -> pl.DataFrame:
    """The rows of a release's truth that may be written: of the named `splits`, or of all that are not held out.

    What is held out comes only with `benchmark`, and without it nothing that is like it. Where there are splits, only
    what is frozen in one goes out: what is trained on today might be held out tomorrow. A set of items that were added
    is held out from the first, under its own name; what was chosen to train on is not. Raises SplitError.
    """
    found, drawn = store.read(SPLITS), bool(store.read(ANY).item())
    known = dict(found.select("split", "held_out").unique().iter_rows())
    if not drawn and (lacking := [name for name in splits if name not in known]):
        raise SplitError(f"there is no split {', '.join(lacking)}; declare splits, and run `gt refresh`")
    if not drawn and not splits:
        rows = truth.join(found.filter("held_out"), on="item_id", how="anti", maintain_order="left")
        return truth if benchmark else without_like(rows, truth, found)
    of_sets = bool(splits) and set(splits) <= set(SETS)
    if drawn and known.keys() <= {*SETS, ACTIVE_LEARNING} and not of_sets:
        raise SplitError("the splits may still move; `gt splits freeze` has every item stay where it is")
    if unknown := [name for name in splits if name not in known]:
        raise SplitError(f"nothing is frozen in a split {unknown[0]}; there are {', '.join(sorted(known))}")
    if (kept := [name for name in splits if known[name]]) and not benchmark:
        raise SplitError(f"{kept[0]} is held out: --benchmark exports it to measure by, never to train on")
    wanted = found.filter(pl.col("split").is_in(list(splits))) if splits else found
    if not benchmark:
        wanted = wanted.filter(~pl.col("held_out") & pl.col("withheld_for").is_null())
    rows = truth.join(wanted, on="item_id", how="semi", maintain_order="left")
    return rows if benchmark else without_like(rows, truth, found)


def without_like(rows: pl.DataFrame, truth: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The rows without those chosen to train on of which something that is held out has the text, or nearly.

    Of production's items the splits themselves see to that (`withheld_for`).
    """
    chosen = rows.join(found.filter(split=ACTIVE_LEARNING), on="item_id", how="semi")
    kept = truth.join(found.filter("held_out"), on="item_id", how="semi")
    if chosen.is_empty() or kept.is_empty():
        return rows
    benchmark = Benchmark(
        {item: text_in(json.loads(text)) for item, text in kept.select("item_id", "input").iter_rows()}
    )
    near = [
        item
        for item, text in chosen.select("item_id", "input").iter_rows()
        if any(benchmark.search(1, [("input", part) for part in leaves(json.loads(text))]))
    ]
    return rows.filter(~pl.col("item_id").is_in(near))
