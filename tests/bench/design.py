"""What is a label of the default design worth? Prints a table; `python -m tests.bench.design [runs]`.

The effective sample size of its estimates, in labels drawn uniformly: the variance of the uniform sample's mean, of as
many of its labels as happen to fall into the slice, over the mean squared error. 20,000 events, a slice of 15 % right
on .55 against .90, its drift scores as a calibrated classifier gives them. `declared` means that the slice is a value
of an attribute that has scores of its own.
"""

import sys
from dataclasses import replace

import numpy as np

from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.survey import ratio, stratified
from tests.bench.estimators import EVENTS, Floats, Plan, Population, Rng, auxiliaries, judged, populate, scored

JUDGES = {
    "right on 70 / 88 %": "yes or no, as often wrong either way",
    "the same, lenient": "yes to .88 / .92 of right answers and to .52 / .48 of wrong ones",
    "correlation .5": "a number",
}
CASES = ((200, True, 0.5), (1000, True, 0.5), (1000, False, 0.5), (1000, True, 0.25))
SEPARATIONS = {1.5: 0.86, 2.0: 0.92, 2.5: 0.96}


def population(judge: str, separation: float, rng: Rng) -> Population:
    """Facts as above; a yes is a confidence of .9, a no of .6."""
    made = populate(judge, rng, right=0.9, drifted_right=0.55, correlation=0.5)
    right, drifted = made.value > 0, made.drifted
    if judge == "right on 70 / 88 %":
        yes = np.where(rng.random(EVENTS) < np.where(drifted, 0.70, 0.88), right, ~right)
    else:
        yes = rng.random(EVENTS) < np.where(right, np.where(drifted, 0.88, 0.92), np.where(drifted, 0.52, 0.48))
    confidence = judged(made.value, 0.5, rng) if judge == "correlation .5" else np.where(yes, 0.9, 0.6)
    return replace(made, judge=confidence, drift=scored(drifted, rng, separation))


def worth(made: Population, budget: int, runs: int, rng: Rng, *, declared: bool, floor: float = 0.5) -> Floats:
    """Effective sample size per label of headline and slice, by strata and by GREG, and the slice's labels: (5,)."""
    plan = Plan.default(made, budget, declared=declared, floor=floor)
    inside = np.stack([np.ones(EVENTS), made.drifted], axis=1).astype(np.float64)
    value, known = made.value[:, None] * inside, auxiliaries(made)
    true = value.sum(axis=0) / inside.sum(axis=0)
    errors = np.empty((runs, 4))
    for run in range(runs):
        units = plan.draw(rng)
        design = stratified(plan.code[units], plan.sizes, np.zeros(len(plan.sizes), dtype=np.int64))
        errors[run, :2] = ratio(design, value[units], inside[units]).value - true
        for at in range(2):
            own = known * inside[:, at : at + 1]
            found = greg(design, value[units, at : at + 1], inside[units, at : at + 1], own[units], own.sum(axis=0))
            errors[run, 2 + at] = found.value[0] - true[at]
    share = inside.mean(axis=0)
    uniform = true * (1 - true) / (share * budget) * (1 + (1 - share) / (share * budget))
    return np.append(np.tile(uniform, 2) / (errors**2).mean(axis=0), made.drifted[units].mean())


def main(runs: int) -> None:
    """Print the table."""
    print(
        "judge                labels  AUC  declared  floor   headline: strata   GREG   slice: strata   GREG  in slice"
    )
    rng = np.random.default_rng(1)
    for judge in JUDGES:
        for separation, area in SEPARATIONS.items():
            made = population(judge, separation, rng)
            for budget, declared, floor in (
                (200, True, 0.5),
                (1000, True, 0.5),
                (1000, False, 0.5),
                (1000, True, 0.25),
            ):
                found = worth(made, budget, runs, rng, declared=declared, floor=floor)
                print(
                    f"{judge:20} {budget:6} {area:5.2f} {declared!s:>8} {floor:6.2f} {found[0]:18.2f} {found[2]:6.2f} "
                    f"{found[1]:15.2f} {found[3]:6.2f} {found[4]:8.1%}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
