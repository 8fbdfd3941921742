"""What of a release's truth may leave the house: to be trained on, or as a benchmark, never both at once by mistake."""

from collections.abc import Collection

import polars as pl

from gt_platform.held_out.splits import SplitError
from gt_platform.lake import Store

SPLITS = "SELECT item_id, split, held_out, withheld_for FROM splits WHERE since IS NOT NULL"
ANY = "SELECT count(*) > 0 FROM splits"


def exported(
    store: Store, truth: pl.DataFrame, *, splits: Collection[str] = (), benchmark: bool = False
) -> pl.DataFrame:
    """The rows of a release's truth that may be written: of the named `splits`, or of all that are not held out.

    What is held out comes only with `benchmark`, and without it nothing that is like it. Where there are splits, only
    what is frozen in one goes out: what is trained on today might be held out tomorrow. Raises SplitError.
    """
    if not store.read(ANY).item():
        if splits:
            raise SplitError(f"there is no split {', '.join(splits)}; declare splits, and run `gt refresh`")
        return truth
    found = store.read(SPLITS)
    if found.is_empty():
        raise SplitError("the splits may still move; `gt splits freeze` has every item stay where it is")
    known = dict(found.select("split", "held_out").unique().iter_rows())
    if unknown := [name for name in splits if name not in known]:
        raise SplitError(f"nothing is frozen in a split {unknown[0]}; there are {', '.join(sorted(known))}")
    if (kept := [name for name in splits if known[name]]) and not benchmark:
        raise SplitError(f"{kept[0]} is held out: --benchmark exports it to measure by, never to train on")
    wanted = found.filter(pl.col("split").is_in(list(splits))) if splits else found
    if not benchmark:
        wanted = wanted.filter(~pl.col("held_out") & pl.col("withheld_for").is_null())
    return truth.join(wanted, on="item_id", how="semi", maintain_order="left")
