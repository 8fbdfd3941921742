"""Mean average precision is COCO's where no two boxes of a label share a confidence."""

from typing import Any

import numpy as np
import pytest

from tests.metrics.scoring import value
from tests.metrics.worlds import PICTURES, WORLDS


def coco(pairs: list[tuple[Any, Any, float]]) -> float:
    from faster_coco_eval import COCO, COCOeval_faster

    def rows(places: Any, at: int, **more: Any) -> list[dict[str, Any]]:
        return [
            {"image_id": at, "category_id": 1 + (one["label"] == "dog"), "area": one["width"] * one["height"],
             "bbox": [one["x"], one["y"], one["width"], one["height"]], "iscrowd": 0} | more
            for one in places
        ]  # fmt: skip

    true = [row for at, (_, places, _) in enumerate(pairs) for row in rows(places, at)]
    said = [row for at, (places, _, sure) in enumerate(pairs) for row in rows(places, at, score=sure)]
    images = [{"id": at, "width": 100, "height": 100} for at in range(len(pairs))]
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    known = COCO({"images": images, "categories": categories, "info": {},
        "annotations": [row | {"id": at + 1} for at, row in enumerate(true)]})  # fmt: skip
    found = COCOeval_faster(known, known.loadRes(said), iouType="bbox", print_function=lambda *_: None)
    found.run()
    return float(found.stats[0])


def test_it_is_that_of_faster_coco_eval() -> None:
    rng = np.random.default_rng(6)
    pairs = WORLDS["map"][1](60, rng)
    # one box of a label at most: within a picture COCO's order of equal scores is that of the file
    pairs = [(list({one["label"]: one for one in said}.values()), true, sure) for said, true, sure in pairs]
    known = coco(pairs)
    assert 0.2 < known < 0.9
    assert value("map", PICTURES, pairs) == pytest.approx(known, abs=1e-9)
    assert value("map", PICTURES, [(true, true, 0.5) for _, true, _ in pairs]) == pytest.approx(1.0)
    assert value("map", PICTURES, [("?", true, 0.5) for _, true, _ in pairs]) == 0.0
