"""What settling boxes, spans and paired comparisons is worth, and costs; `python -m tests.bench.shapes [inputs]`.

Boxes: annotators of a scene miss some of its objects, invent others, mistake labels, and draw sides with errors that
are a share of the object's size (t of 4 degrees of freedom: now and then by far). F1 against the truth, at IoU .5 and
.75, of the settled answer and of a single annotator; inputs on which consensus abstains count for neither. Then the
grouping of annotators at other IoUs than `linking` makes, the matcher beside COCO's, Bradley-Terry beside crowd-kit's,
and by the weight of its prior.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from crowdkit.aggregation import BradleyTerry
from faster_coco_eval import COCO, COCOeval_faster

from gt_platform.answers import Answers
from gt_platform.answers.boxes import Boxes
from gt_platform.answers.spans import Spans
from gt_platform.stats.consensus import boxes as grouping
from gt_platform.stats.consensus.bradley_terry import bradley_terry
from gt_platform.stats.consensus.matching import Floats, iou, match

CONVERGED = 1e-6
LABELS = ("bicycle", "car", "person")
BOXES = Boxes(labels=dict.fromkeys(LABELS, ""), width=1, height=1)
SPANS = Spans(labels=dict.fromkeys(LABELS, ""))
Places = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """Annotators who err by `jitter` of a side's length, see `1 - missed` of the objects, `extra` others an input."""

    name: str
    annotators: int = 3
    jitter: float = 0.04
    missed: float = 0.15
    extra: float = 0.6
    mistaken: float = 0.05
    crowded: bool = False


CASES = (
    Case("careful, 3 annotators"),
    Case("careful, 5 annotators", annotators=5),
    Case("sloppy, 3 annotators", jitter=0.1),
    Case("sloppy, 5 annotators", annotators=5, jitter=0.1),
    Case("sloppy, 9 annotators", annotators=9, jitter=0.1),
    Case("crowded, sloppy, 3 annotators", jitter=0.1, crowded=True),
    Case("crowded, sloppy, 5 annotators", annotators=5, jitter=0.1, crowded=True),
    Case("half blind, 5 annotators", annotators=5, jitter=0.07, missed=0.35, extra=1.5),
)
SLOPPY = CASES[3]
RANKED = ((10, 30, 1.0, 0.0), (10, 100, 1.0, 0.0), (30, 60, 1.0, 0.5), (20, 100, 1.5, 0.5), (10, 1000, 2.0, 0.5))
"""Players, comparisons, the standard deviation of log strengths, and v."""


def scene(case: Case, rng: np.random.Generator, objects: int) -> Floats:
    """Corners of objects and their label codes, (n, 5), within 0 to 1; where crowded, all in one middle part."""
    if case.crowded:
        middle, size = rng.normal(0.5, 0.08, (objects, 2)), rng.uniform(0.08, 0.14, (objects, 2))
    else:
        middle = rng.uniform(0.15, 0.85, (objects, 2))
        size = np.exp(rng.uniform(np.log(0.04), np.log(0.3), (objects, 2)))
    corners = np.hstack([middle - size / 2, middle + size / 2]).clip(0, 1)
    return np.column_stack([corners, rng.integers(0, len(LABELS), objects)])


def seen(case: Case, truth: Floats, rng: np.random.Generator) -> Floats:
    """What one annotator makes of it, (m, 5)."""
    found = truth[rng.random(len(truth)) >= case.missed].copy()
    size = found[:, 2:4] - found[:, :2]
    found[:, :4] += rng.standard_t(4, (len(found), 4)) * case.jitter * np.tile(size, 2)
    mistaken = rng.random(len(found)) < case.mistaken
    found[mistaken, 4] = rng.integers(0, len(LABELS), mistaken.sum())
    found = np.vstack([found, scene(case, rng, rng.poisson(case.extra))])
    found[:, :4] = found[:, :4].clip(0, 1)
    return found[((found[:, 2:4] - found[:, :2]) > 0.005).all(axis=1)]


def boxes(table: Floats) -> Places:
    """The same as an answer."""
    return BOXES.validate(
        [
            {"x": x, "y": y, "width": right - x, "height": low - y, "label": LABELS[int(code)]}
            for x, y, right, low, code in table.tolist()
        ]
    )


def spans(table: Floats) -> Places:
    """The horizontal sides alone, as spans of a text of 2,000 characters."""
    rows = {(round(x * 2000), round(right * 2000), LABELS[int(code)]) for x, _, right, _, code in table.tolist()}
    return SPANS.validate([{"start": start, "end": end, "label": label} for start, end, label in rows])


def annotated(
    case: Case, inputs: int, made: Callable[[Floats], Places], seed: int = 1
) -> tuple[dict[str, Places], Answers]:
    """The truth of each input, and what the annotators answered."""
    rng = np.random.default_rng(seed)
    truth, rows = {}, []
    for at in range(inputs):
        true = scene(case, rng, int(rng.integers(1, 9)))
        truth[f"i{at}"] = made(true)
        rows += [(f"i{at}", f"r{annotator}", made(seen(case, true, rng))) for annotator in range(case.annotators)]
    return truth, Answers(*map(tuple, zip(*rows, strict=True)))


def f1(kind: Boxes | Spans, pairs: list[tuple[Places, Places]], overlap: float) -> float:
    """F1 of answers against the truth at an IoU, over all labels."""
    judge = kind.model_copy(update={"overlap": overlap})
    shares = [share for given, true in pairs for share in judge.measure(given, true) if share.metric == "f1"]
    totals = [(share.numerator, share.denominator) for share in shares if share.label == "*"]
    return sum(both for both, _ in totals) / sum(places for _, places in totals)


def settled(case: Case, inputs: int, kind: Boxes | Spans, made: Callable[[Floats], Places]) -> dict[str, float]:
    """F1 of consensus and of a single annotator on the inputs that settle, the share that does, and CPU ms an input."""
    truth, answers = annotated(case, inputs, made)
    started = time.process_time()
    found = kind.settle(answers)
    spent = time.process_time() - started
    done = [item for item in truth if found[item].answer is not None]
    single = {
        item: answer for item, annotator, answer in zip(*vars(answers).values(), strict=True) if annotator == "r0"
    }
    told = {"settled": len(done) / inputs, "cpu_ms": 1000 * spent / inputs}
    for overlap in (0.5, 0.75):
        told[f"consensus {overlap}"] = f1(kind, [(found[item].answer or [], truth[item]) for item in done], overlap)
        told[f"single {overlap}"] = f1(kind, [(single[item], truth[item]) for item in done], overlap)
    return told


def undropped(case: Case, inputs: int, link: float) -> float:
    """F1 at IoU .5 when annotators are grouped at IoU `link`, abstentions left out of account; labels all alike."""
    rng = np.random.default_rng(2)
    alike = replace(case, mistaken=0.0)
    counts: Counter[str] = Counter()
    with patch.object(grouping, "linking", lambda _: link):
        for _ in range(inputs):
            true = scene(alike, rng, int(rng.integers(1, 9)))
            marks = [seen(alike, true, rng) for _ in range(case.annotators)]
            given = [grouping.Marks(table[:, :4], np.zeros(len(table), dtype=np.int64)) for table in marks]
            found = grouping.settle(given, threshold=0.5, quorum=0.5, centre=lambda rows: np.median(rows, axis=0))
            both = len(match(iou(found.bounds, true[:, :4]), 0.5)[0])
            counts.update(both=2 * both, places=len(found.bounds) + len(true))
    return counts["both"] / counts["places"]


def coco_matches(scenes: list[tuple[Floats, Floats]]) -> tuple[list[int], float]:
    """Boxes matched in each scene of true and found corners at IoU .5 by COCO's greedy rule, and CPU seconds."""
    sized = [[np.hstack([part[:, :2], part[:, 2:] - part[:, :2]]).tolist() for part in scene] for scene in scenes]
    images = [{"id": at + 1, "width": 300, "height": 300} for at in range(len(scenes))]
    true = [(at, box) for at, (truth, _) in enumerate(sized) for box in truth]
    rows = [
        {"id": row + 1, "image_id": at + 1, "category_id": 1, "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
        for row, (at, box) in enumerate(true)
    ]
    guesses = [
        {"image_id": at + 1, "category_id": 1, "bbox": box, "score": 1 - rank / 1000}
        for at, (_, found) in enumerate(sized)
        for rank, box in enumerate(found)
    ]
    coco = COCO({"images": images, "annotations": rows, "categories": [{"id": 1, "name": "thing"}]})
    judged = COCOeval_faster(coco, coco.loadRes(guesses), "bbox", extra_calc=True, print_function=lambda *_: None)
    judged.params.maxDets, judged.params.iouThrs = [1000], np.array([0.5])
    judged.params.areaRng, judged.params.areaRngLbl = [[0, 1e10]], ["all"]
    started = time.process_time()
    judged.evaluate()
    judged.accumulate()
    spent = time.process_time() - started
    matched = Counter(true[int(pair.split("_")[1]) - 1][0] for pair in judged.eval["matched"])
    return [matched[at] for at in range(len(scenes))], spent


def random_scenes(count: int, objects: int, rng: np.random.Generator) -> list[tuple[Floats, Floats]]:
    """Corners of true boxes and of the same with errors, in 300 x 300 pixels."""
    scenes = []
    for _ in range(count):
        corner, size = rng.uniform(0, 240, (objects, 2)), rng.uniform(20, 60, (objects, 2))
        truth = np.hstack([corner, corner + size])
        scenes.append((truth, truth + rng.uniform(-6, 6, truth.shape)))
    return scenes


def compared(players: int, comparisons: int) -> Iterator[str]:
    """Our Bradley-Terry and crowd-kit's on the same comparisons without ties: CPU seconds, and how far apart."""
    rng = np.random.default_rng(3)
    strength = rng.normal(0, 1, players)
    one = rng.integers(0, players, comparisons)
    other = (one + rng.integers(1, players, comparisons)) % players
    won = rng.random(comparisons) < 1 / (1 + np.exp(strength[other] - strength[one]))
    winner, loser = np.where(won, one, other), np.where(won, other, one)
    table = pd.DataFrame({"left": one, "right": other, "label": winner})
    bradley_terry(winner, loser, players=players, prior=0)  # imports
    started = time.process_time()
    ours = np.exp(bradley_terry(winner, loser, players=players, prior=0).strength)
    spent = time.process_time() - started
    yield f"ours, to convergence       {spent:8.4f} s"
    for sweeps, tolerance in ((100, 1e-5), *((2**power, -1) for power in range(2, 12))):
        started = time.process_time()
        scores = BradleyTerry(n_iter=sweeps, tol=tolerance).fit(table).scores_.to_numpy()
        cost = time.process_time() - started
        apart = np.abs(ours / ours.sum() - scores).max() * players
        if tolerance > 0 or apart < CONVERGED:
            name = "crowd-kit, as it comes" if tolerance > 0 else f"crowd-kit, {sweeps} sweeps"
            yield f"{name:26} {cost:8.4f} s, {cost / spent:5.1f} x ours, scores of mean 1 differ by {apart:.1e}"
        if apart < CONVERGED:
            return


def by_prior(prior: float, players: int, comparisons: int, spread: float, tie: float) -> tuple[float, float]:
    """Share of 95 % intervals of strengths that hold the true one, and mean log loss of the chances to win."""
    covered, loss = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        true = rng.normal(0, spread, players)
        true -= true.mean()
        one = rng.integers(0, players, comparisons)
        other = (one + rng.integers(1, players, comparisons)) % players
        worth = np.exp(np.stack([true[one], true[other]]))
        bar = rng.random(comparisons) * (worth.sum(axis=0) + tie * np.sqrt(worth.prod(axis=0)))
        first, tied = bar < worth[0], bar >= worth.sum(axis=0)
        winner, loser = np.where(first, one, other), np.where(first, other, one)
        found = bradley_terry(winner, loser, tie=tied, players=players, prior=prior)
        covered.append(((found.low <= true) & (true <= found.high)).mean())
        apart, guess = (strength[:, None] - strength for strength in (true, found.strength))
        loss.append((np.logaddexp(0, -guess) / (1 + np.exp(-apart)))[~np.eye(players, dtype=np.bool_)].mean() * 2)
    return float(np.mean(covered)), float(np.mean(loss))


def main(inputs: int) -> None:
    """Print the tables."""
    for name, kind, made in (("boxes", BOXES, boxes), ("spans", SPANS, spans)):
        head = f"{'F1@.5':>7} {'single':>7} {'F1@.75':>7} {'single':>7} {'settled':>8} {'CPU ms':>7}"
        print(f"\n{name + ', ' + str(inputs) + ' inputs':30} {head}")
        for case in CASES:
            row = settled(case, inputs, kind, made)
            shares = [row[f"{who} {at}"] for at in (0.5, 0.75) for who in ("consensus", "single")]
            told = " ".join(f"{share:7.3f}" for share in shares)
            print(f"{case.name:30} {told} {row['settled']:8.1%} {row['cpu_ms']:7.2f}", flush=True)
    print("\nF1@.5 by the IoU at which annotators are grouped")
    for case in (CASES[1], SLOPPY, CASES[6]):
        told = " ".join(
            f"{link:.2f}: {undropped(case, inputs // 2, link):.3f} " for link in (0.2, 0.3, 1 / 3, 0.4, 0.5)
        )
        print(f"{case.name:30} {told}", flush=True)
    scenes = random_scenes(inputs, 20, np.random.default_rng(4))
    theirs, their_cost = coco_matches(scenes)
    started = time.process_time()
    ours = [len(match(iou(found, truth), 0.5)[0]) for truth, found in scenes]
    cost = time.process_time() - started
    more = sum(mine > other for mine, other in zip(ours, theirs, strict=True))
    fewer = sum(mine < other for mine, other in zip(ours, theirs, strict=True))
    print(f"\nmatching 20 x 20 boxes, {inputs} inputs: {sum(ours)} pairs, COCO's rule {sum(theirs)}")
    print(
        f"more pairs than COCO's rule on {more} inputs, fewer on {fewer}; CPU {cost:.3f} s, faster-coco-eval", end=" "
    )
    print(f"{their_cost:.3f} s with its precision curves")
    for players, comparisons in ((100, 100_000), (1000, 100_000)):
        print(f"\n{comparisons:,} comparisons of {players} players")
        print(*compared(players, comparisons), sep="\n")
    print(f"\n{'95 % intervals cover, log loss, by prior':44} {'0.1':>13} {'0.5':>13} {'1':>13} {'2':>13} {'4':>13}")
    for players, comparisons, spread, tie in RANKED:
        cells = [by_prior(prior, players, comparisons, spread, tie) for prior in (0.1, 0.5, 1.0, 2.0, 4.0)]
        told = " ".join(f"{covered:7.1%} {loss:.3f}" for covered, loss in cells)
        print(f"{f'{players} players, {comparisons} comparisons, sd {spread}, v {tie}':44} {told}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
