"""Every layout a release can be written in, by the name it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from gt_platform.exports.coco import coco
from gt_platform.exports.handed import Handed
from gt_platform.exports.hugging_face import hugging_face
from gt_platform.exports.label_studio import label_studio
from gt_platform.exports.tables import as_csv, as_jsonl, as_parquet

Files = dict[str, bytes]
"""Contents by path below the target; the path '' is the target itself."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How files of a release are made. `ending` is of the one file there is; without, the target is a folder."""

    name: str
    says: str
    files: Callable[[Handed], Files]
    ending: str | None = None


LAYOUTS: tuple[Layout, ...] = (
    Layout(name="jsonl", says="a JSON object a line", files=as_jsonl, ending=".jsonl"),
    Layout(name="csv", says="a row an item, for spreadsheets", files=as_csv, ending=".csv"),
    Layout(name="parquet", says="Parquet, JSON as text", files=as_parquet, ending=".parquet"),
    Layout(name="coco", says="boxes in pictures, as COCO has them", files=coco, ending=".json"),
    Layout(name="hf", says="a folder that datasets.load_dataset reads", files=hugging_face),
    Layout(name="label_studio", says="tasks with annotations, and their labeling configuration", files=label_studio),
)
