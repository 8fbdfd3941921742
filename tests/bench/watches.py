"""What the watches call by which name, beside thresholds as NannyML sets them: `python -m tests.bench.watches [RUNS]`.

Of each world RUNS draws: two weeks of reference, a week in which one thing is otherwise, and the verdicts on its last
day. Printed is the share of draws in which each watch finds drift, and of label shift after a stroke the share in which
it says that labels do not tell yet. Beside them stand three thresholds of NannyML's kind, coded from its papers: of a
day's value the mean of the reference's days, three of their standard deviations to either side; of the share of an
output, of accuracy as confidence estimates it (CBPE), and of accuracy on the day's labels as they are.

Constants were chosen on the worlds of CHOSEN; those of HELD were looked at once, afterwards.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gt_platform.watch.evidence import BANDS, Evidence
from gt_platform.watch.judge import judge
from tests.bench.watches_worlds import (
    REFERENCE,
    Change,
    Day,
    Floats,
    Rng,
    World,
    declared,
    drawn,
    evidence,
    harder,
    of_concept,
    of_confidence,
    of_inputs,
    of_model,
    of_prevalence,
    to_the_right,
)

SIZES = ((200, 20), (1_000, 40), (5_000, 100))
WATCHED = ("feedback_rate", "calibration", "label_shift", "concept_drift")


def of_one_answer(share: float) -> Change:
    """So many positive events of which the truth is neutral from now on."""

    def change(rng: Rng, rows: int, prior: Floats) -> Day:
        found = drawn(rng, rows, prior)
        return replace(found, truth=np.where((found.truth == 2) & (rng.random(rows) < share), 1, found.truth))

    return change


def upwards(seen: Floats) -> Floats:
    """More of what looks neutral, and is it as often as before."""
    return np.where(seen[:, 1] > 1, 3.0, 1.0)


def both(rng: Rng, rows: int, prior: Floats) -> Day:
    """Another prevalence, and truths that change."""
    found = of_prevalence(0.35, 0.3, 0.35)(rng, rows, prior)
    return replace(found, truth=np.where(rng.random(rows) < 0.2, (found.truth + 1) % 3, found.truth))


Kind = dict[str, object]
CHOSEN: dict[str, Kind] = {
    "nothing": {},
    "answers 50, 30, 20 → 35, 30, 35 %": {"change": of_prevalence(0.35, 0.3, 0.35)},
    "→ 45, 30, 25 %": {"change": of_prevalence(0.45, 0.3, 0.25)},
    "three times as many hard inputs": {"change": of_inputs(harder)},
    "inputs that look positive": {"change": of_inputs(to_the_right)},
    "10 % other truths": {"change": of_concept(0.1)},
    "20 % other truths": {"change": of_concept(0.2)},
    "20 % of outputs the same": {"change": of_model(0.2)},
    "confidence too high (its root)": {"change": of_confidence(0.5)},
    "feedback x .6": {"feedback": 0.6},
}
HELD: dict[str, Kind] = {
    "nothing, days .1 apart": {"apart": 0.1},
    "answers → 50, 15, 35 %": {"change": of_prevalence(0.5, 0.15, 0.35)},
    "→ 20, 30, 50 %": {"change": of_prevalence(0.2, 0.3, 0.5)},
    "inputs that look neutral": {"change": of_inputs(upwards)},
    "half of positive truths neutral": {"change": of_one_answer(0.5)},
    "10 % of outputs the same": {"change": of_model(0.1)},
    "confidence too low (squared)": {"change": of_confidence(2.0)},
    "answers → 35, 30, 35 %, 20 % other truths": {"change": both},
    "feedback x 1.5": {"feedback": 1.5},
}


def outputs(found: Evidence) -> Floats:
    """The share of the last answer among each day's outputs, (D,)."""
    assert found.outputs is not None
    shares: Floats = found.outputs[:, 2].sum(axis=1) / found.events
    return shares


def estimated(found: Evidence) -> Floats:
    """The accuracy that confidence promises on each day (D,): CBPE of a model that is calibrated."""
    assert found.outputs is not None
    middle = (np.arange(BANDS) + 0.5) / BANDS
    promised: Floats = found.outputs[:, :, :BANDS].sum(axis=1) @ middle / found.events
    return promised


def realized(found: Evidence) -> Floats:
    """The share right of each day's labels, as they are (D,)."""
    labeled = found.labeled
    shares: Floats = np.bincount(labeled.day, labeled.worth) / np.bincount(labeled.day)
    return shares


NANNY: dict[str, Callable[[Evidence], Floats]] = {"outputs": outputs, "CBPE": estimated, "realized": realized}


def beyond(values: Floats) -> bool:
    """Whether the last day lies three standard deviations of the reference's days from their mean."""
    then = values[:REFERENCE]
    return bool(abs(values[-1] - then.mean()) > 3 * then.std())


def found_in(world: World, rng: Rng) -> dict[str, float]:
    """What is found on the last day of one draw, by name."""
    drawn_world = evidence(world, rng)
    verdicts = judge(drawn_world, drawn_world.days[-1], declared())
    told = {name: any(v.watched == name and v.verdict == "drift" for v in verdicts) for name in WATCHED}
    unsure = any(v.watched == "label_shift" and v.verdict == "insufficient_evidence" for v in verdicts)
    theirs = {name: beyond(values(drawn_world)) for name, values in NANNY.items()}
    return {**told, "unsure": unsure and not told["label_shift"], **theirs}


def main(runs: int) -> None:
    """Print a line for each world and size."""
    print(f"{'':42}   rows  feedback calibration label shift  concept | outputs  CBPE realized")
    for part, worlds in (("chosen", CHOSEN), ("held", HELD)):
        for name, kind in worlds.items():
            for rows, labels in SIZES:
                rng = np.random.default_rng([rows, *name.encode()])
                world = World(rows=rows, labels=labels, **kind)  # type: ignore[arg-type]
                draws = [found_in(world, rng) for _ in range(runs)]
                share = {key: 100 * float(np.mean([draw[key] for draw in draws])) for key in draws[0]}
                print(f"{part:6} {name:42}{rows:6}  {share['feedback_rate']:7.1f} {share['calibration']:9.1f} "
                      f"{share['label_shift']:8.1f}/{share['unsure']:<4.0f} {share['concept_drift']:8.1f} | "
                      f"{share['outputs']:6.1f} {share['CBPE']:6.1f} {share['realized']:6.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
