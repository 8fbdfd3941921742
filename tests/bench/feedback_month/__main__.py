"""Both kinds of months: `python -m tests.bench.feedback_month [MONTHS]`."""

import sys
from collections import defaultdict

import numpy as np

from tests.bench.feedback_month import thumbs
from tests.bench.feedback_month.erring import seen
from tests.bench.feedback_month.users import World, worlds


def run(number: int, world: World, months: int) -> None:
    """Print what each way comes to in a world in which all err, in points, with its Monte Carlo error."""
    rng, told, looked_at = np.random.default_rng([16, number]), defaultdict[str, list[list[float]]](list), np.zeros(4)
    for at in range(months):
        one = seen(rng, world, at)
        looked_at += [*one.flagged, *one.within]
        for way, (interval, *counts) in one.ways.items():
            low, high = interval.low, interval.high
            told[way].append([interval.estimate - one.true, low <= one.true <= high, (high - low) / 2, *counts])
    some, every, within, few = looked_at
    print(f"{world}: {months} months; {some / every:.1%} of {every:,.0f} flagged events looked at, ", end="")
    print(f"{within:,.0f} of {few:,.0f} of frames within the budget")
    plain = np.mean(told["ignored"], axis=0)
    for way, rows in told.items():
        bias, held, width, labels, items, wrong = np.mean(rows, axis=0)
        luck = np.std([row[0] for row in rows]) / months**0.5
        print(
            f"  {way:9} bias {100 * bias:+.2f} ±{100 * luck:.2f}, coverage {held:.1%}, half-width {100 * width:.2f}, "
            f"{labels:.0f} labels, as wide as {plain[3] * (plain[2] / width) ** 2:.0f} of `ignored`; "
            f"truth of {items:.0f} items, {1 - wrong / items:.1%} right",
            flush=True,
        )


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for name in thumbs.WORLDS:
        thumbs.run(name, count)
    for place, each in enumerate(worlds()):
        run(place, each, count)
