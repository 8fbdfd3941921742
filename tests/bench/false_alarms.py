"""How often a column is said to drift where nothing did, and how surely half a standard deviation is found.

`python -m tests.bench.false_alarms [RUNS]`; 1,000 runs of every cell take five minutes. Each run draws a
reference and a current sample of one population and compares them with the platform's 999 permutations at alpha 5 %.
With `years [FOLDER]` in place of RUNS, years of streams are replayed as tests/bench/streams.py says.
"""

import sys
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.permutation import Chance, TwoSample, compare_levels, compare_numbers
from tests.bench import streams

REFERENCES, CURRENTS = (500, 2_000, 20_000), (50, 200, 2_000)
ALPHA, PERMUTATIONS = 0.05, 999
LEAST, MOST = 0.03, 0.07
SHIFT, SHIFTED_ROWS = 0.5, 200

Sample = Callable[[np.random.Generator, int], NDArray[Any]]


def with_missing(rng: np.random.Generator, rows: int) -> NDArray[Any]:
    """Normal numbers, every tenth missing."""
    return np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows))


def of_levels(*weights: float) -> Sample:
    """Counts of levels with these shares."""
    return lambda rng, rows: rng.multinomial(rows, np.array(weights) / sum(weights))


NUMBERS: dict[str, Sample] = {
    "normal": lambda rng, rows: rng.normal(size=rows),
    "a tenth missing": with_missing,
}
COUNTS: dict[str, Sample] = {
    "8 levels": of_levels(*range(1, 9)),
    "2 levels, 30 %": of_levels(3, 7),
    "2 levels, 10 %": of_levels(1, 9),
}


def compare(kind: str, reference: NDArray[Any], current: NDArray[Any], seed: int) -> TwoSample:
    """The platform's test of one column."""
    test = compare_numbers if kind in NUMBERS else compare_levels
    return test(reference, current, Chance(permutations=PERMUTATIONS, alpha=ALPHA, seed=seed))


def alarms(kind: str, sizes: tuple[int, int], runs: int, *, shift: float = 0.0) -> float:
    """Share of runs in which a column of this kind drifts."""
    draw = (NUMBERS | COUNTS)[kind]
    rng = np.random.default_rng([*sizes, *kind.encode()])
    found = 0
    for seed in range(runs):
        reference, current = (draw(rng, rows) for rows in sizes)
        found += compare(kind, reference, current + shift if shift else current, seed).p_value <= ALPHA
    return found / runs


def main() -> None:
    """Print both tables, or what a year of each stream comes to."""
    if sys.argv[1:2] == ["years"]:
        streams.main(*sys.argv[2:3])
        return
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    error = 1.96 * np.sqrt(ALPHA * (1 - ALPHA) / runs)
    print(
        f"false alarms in %, alpha 5 %, {runs:,} runs a cell (95 % of cells within {100 * error:.1f} of their rate)\n"
    )
    print(f"{'reference rows':<22}" + "".join(f"{rows:>21,}" for rows in REFERENCES))
    print(f"{'current rows':<22}" + "".join(f"{rows:>7,}" for rows in CURRENTS) * len(REFERENCES))
    everything = []
    for kind in NUMBERS | COUNTS:
        rates = [alarms(kind, sizes, runs) for sizes in product(REFERENCES, CURRENTS)]
        everything += rates
        print(f"{kind:<22}" + "".join(f"{100 * rate:7.1f}" for rate in rates), flush=True)
    outside = sum(not LEAST <= rate <= MOST for rate in everything)
    print(f"\n{outside} of {len(everything)} cells outside 3-7 %; from {min(everything):.1%} to {max(everything):.1%}")
    for rows in REFERENCES:
        power = alarms("normal", (rows, SHIFTED_ROWS), runs, shift=SHIFT)
        print(f"{SHIFT} standard deviations in {SHIFTED_ROWS} rows against {rows:,}: found in {power:.1%}", flush=True)


if __name__ == "__main__":
    main()
