"""A folder as the Hugging Face hub has data sets: `datasets.load_dataset(folder)` reads it, splits and features too.

`README.md` is the release's card; its metadata name the files of each split. Texts and labels are columns of their own
where inputs and answers are plain: what one trains and evaluates on.
"""

import io
import json
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from gt_platform.answers.form import Pick, form_of
from gt_platform.exports.handed import Handed

WHOLE = "evaluation"
"""The split of a release without splits: truth is there to evaluate with."""


def hugging_face(handed: Handed) -> dict[str, bytes]:
    """Card, changelog, guidelines, and a Parquet file a split."""
    parts = _splits(handed.rows)
    files = {f"data/{name}.parquet": _parquet(handed, rows) for name, rows in parts.items()}
    return {
        "README.md": _card(handed, list(parts)).encode(),
        "CHANGELOG.md": handed.changelog.encode(),
        "guidelines.md": handed.project.guidelines.encode(),
        **files,
    }


def _splits(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    if "split" not in rows.columns or rows["split"].is_null().all():
        return {WHOLE: rows}
    named = rows.with_columns(pl.col("split").fill_null("unassigned"))
    return {str(key[0]): part for key, part in sorted(named.partition_by("split", as_dict=True).items())}


def _card(handed: Handed, splits: list[str]) -> str:
    """The card, whose metadata name these files in place of the bundle's."""
    _, front, text = handed.card.split("---\n", 2) if handed.card.startswith("---\n") else ("", "", handed.card)
    files = [{"split": name, "path": f"data/{name}.parquet"} for name in splits]
    told = (yaml.safe_load(front) or {}) | {"configs": [{"config_name": "default", "data_files": files}]}
    return f"---\n{yaml.safe_dump(told, sort_keys=False, allow_unicode=True)}---\n{text}"


def _parquet(handed: Handed, rows: pl.DataFrame) -> bytes:
    table = rows.with_columns(*_texts(rows)).to_arrow()
    features = {name: _feature(table.schema.field(name).type) for name in table.column_names}
    form = form_of(handed.project.answer_kind)
    if isinstance(form, Pick):
        names = [option.value for option in form.options]
        codes = {json.dumps(name): code for code, name in enumerate(names)}
        labels = [codes.get(_spelled(answer)) for answer in rows["answer"]]
        table = table.append_column("label", pa.array(labels, pa.int64()))
        features["label"] = {"names": [str(name) for name in names], "_type": "ClassLabel"}
    told = json.dumps({"info": {"features": features}})
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"huggingface": told}), buffer, compression="zstd")
    return buffer.getvalue()


def _spelled(answer: str) -> str:
    return json.dumps(json.loads(answer))


def _texts(rows: pl.DataFrame) -> list[pl.Series]:
    """`text` where every input is one."""
    inputs = [json.loads(content) for content in rows["input"]]
    return [pl.Series("text", inputs, pl.String)] if inputs and all(isinstance(one, str) for one in inputs) else []


def _feature(kind: pa.DataType) -> dict[str, Any]:
    name = "string" if pa.types.is_large_string(kind) or pa.types.is_string_view(kind) else str(kind)
    return {"dtype": {"double": "float64", "date32[day]": "date32"}.get(name, name), "_type": "Value"}
