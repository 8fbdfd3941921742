"""How often the check `volume` cries wolf, and what it finds: `python -m tests.bench.volume [YEARS]`.

For each world of daily counts: false alarms a year, and the share found of days on which nothing, 30 % and 50 % of the
events arrive. Days differ by more than chance in all of them but the ones called poisson.
"""

import sys

import numpy as np

from gt_platform.stats.volume import Floats, usual

EVERY = 9  # days between two that are spoiled
LEFT = (0.0, 0.3, 0.5)
WEEK, CLOSED = np.array([1, 1, 1, 1, 1, 0.2, 0.2]), np.array([1, 1, 1, 1, 1, 0, 0])


def worlds(days: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Expected counts of each day, times what days differ by, drawn as Poisson."""
    day = np.arange(days)
    week, weeks = WEEK[day % 7], day / 7

    def drawn(expected: Floats | float, spread: float, off: Floats | None = None) -> Floats:
        noise = rng.standard_normal(days) if off is None else off
        return rng.poisson(expected * np.exp(spread * noise - spread**2 / 2) * np.ones(days)).astype(np.float64)

    return {
        "every day alike": np.full(days, 100.0),
        "10 % apart": drawn(1000, 0.1),
        "quiet weekends, 15 % apart": drawn(1000 * week, 0.15),
        "no weekends, 15 % apart": drawn(1000 * CLOSED[day % 7], 0.15),
        "growing 5 % a week": drawn(500 * week * np.exp(0.05 * weeks), 0.15),
        "shrinking 10 % a week": drawn(5e6 * week * np.exp(-0.1 * weeks), 0.15),
        "50 % apart": drawn(1000 * week, 0.5),
        "80 % apart": drawn(1000, 0.8),
        "heavy tails": drawn(1000 * week, 0.15, rng.standard_t(4, days)),
        "days like the day before": drawn(1000 * week, 0.4, _kept(rng.standard_normal(days), 0.8)),
        "poisson 3": drawn(3, 0.0),
        "poisson 12, quiet weekends": drawn(12 * week, 0.0),
    }


def _kept(noise: Floats, share: float) -> Floats:
    for day in range(1, noise.size):
        noise[day] = share * noise[day - 1] + np.sqrt(1 - share**2) * noise[day]
    return noise


def main(years: float) -> None:
    """Print a line for each world."""
    rng = np.random.default_rng(2026)
    print("world                        false alarms a year   found with 0, 30, 50 % left")
    for name, counts in worlds(int(365 * years), rng).items():
        alarms = 0
        spoiled: dict[float, list[bool]] = {left: [] for left in LEFT}
        for day in range(7, counts.size):
            bound = usual(counts[:day])
            low = 0.0 if bound is None else bound.at_least
            alarms += bool(counts[day] < low)
            if day > 28 and day % EVERY == 0 and counts[day] > 0:
                for left in LEFT:
                    spoiled[left].append(bool(rng.binomial(int(counts[day]), left) < low))
        found = "  ".join(f"{np.mean(spoiled[left]):.2f}" for left in LEFT)
        print(f"{name:30} {alarms / years:17.2f}   {found}", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8)
