"""Items by a rule: a condition in SQL, as an analyst would ask it, over what is true and what is known of it."""

import polars as pl

from gt_platform.lake import LakeError, Store
from gt_platform.lake.analyst import query
from gt_platform.lake.reading import refuse_all_but_reading
from gt_platform.settings import Settings
from gt_platform.truth.by_hand import TruthError

ATTRIBUTES = "SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM items ORDER BY name"
COLUMNS = (
    "item_id", "status", "method", "confidence", "answers", "origin", "source", "duplicate_group", "split",
)  # fmt: skip
MANY = 0.1
"""Share of all truth from which a rule rather means something else than it says."""


def matching(settings: Settings, store: Store, rule: str) -> list[str]:
    """The ids of items with truth that a condition holds for, such as `attributes.product = 'v1' AND confidence < 0.8`.

    It can name the columns of `ground_truth`, `first_seen`, and attributes; `input`, `answer` and attributes are
    texts. Run as `gt sql` runs what it is given: it can read, and nothing else. Raises TruthError, also for no item.
    """
    found = found_by(settings, store, rule)
    if not found:
        raise TruthError(f"the rule matches no item that has truth: {rule}")
    return found


def found_by(settings: Settings, store: Store, rule: str) -> list[str]:
    """The same where there need be none. Raises TruthError."""
    refuse_other_than_a_condition(rule)
    try:
        return [str(item) for item in query(settings, _asked(store, rule))["item_id"]]
    except LakeError as error:
        raise TruthError(f"the rule cannot be asked: {error}") from None


def refuse_other_than_a_condition(rule: str) -> None:
    """Raise TruthError for what is no condition alone, so that it means what it says wherever it is put."""
    try:
        refuse_all_but_reading(f"SELECT 1 WHERE {rule}")
        refuse_all_but_reading(f"SELECT ({rule}\n)")
    except LakeError as error:
        raise TruthError(f"the rule is no condition in SQL: {error}") from None


def _asked(store: Store, rule: str) -> str:
    """The rule as a query. The lake's names are quoted; the rule was parsed, and is run where only reading can be."""
    known = ", ".join(f't."{name}"' for name in COLUMNS)
    tables = (f'gt."{store.project}".{name}' for name in ("ground_truth", "items"))
    return (
        f"SELECT item_id FROM (SELECT {known}, json_extract_string(t.input, '$') AS input, "  # noqa: S608
        f"json_extract_string(t.answer, '$') AS answer, i.first_seen, {_attributes(store)} AS attributes "
        f"FROM {' t JOIN '.join(tables)} i ON i.item_id = t.item_id) WHERE ({rule}\n) ORDER BY item_id"
    )


def _attributes(store: Store) -> str:
    """Every attribute there is as a field of its own, so that a misspelled one is told from one that is empty."""
    names = store.read(ATTRIBUTES).to_series().drop_nulls()
    folded = pl.DataFrame({"name": names, "key": names.str.to_lowercase()}).unique("key", maintain_order=True)["name"]
    fields = (f"{_name(name)}: json_extract_string(t.attributes, {_path(name)})" for name in folded)
    return "{" + ", ".join(fields) + "}" if len(folded) else "NULL"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _path(name: str) -> str:
    path = '$."' + name.replace('"', '\\"') + '"'
    return "'" + path.replace("'", "''") + "'"
