"""How often a part of the traffic is called worse where none is, and how often a topic that is worse is found.

`python -m tests.bench.weak_parts 400`: texts of twelve words each by Zipf's law, a fifth of the outputs wrong; on the
half that was not looked at, shares with a normal test and Holm's correction, as `gt errors` has them by design.
"""

import json
import sys

import numpy as np

from gt_platform.benchmark.parts import parts, questions
from gt_platform.benchmark.topics import topics
from gt_platform.stats.multiplicity import holm

VOCABULARY = 400
LENGTH = 12


def world(rng: np.random.Generator, n: int, worse: float) -> tuple[list[str], np.ndarray]:
    """n inputs (JSON), and whether each output is wrong: so many more of those that say the ninth word."""
    chance = 1 / np.arange(3, VOCABULARY + 3)
    said = rng.choice(VOCABULARY, (n, LENGTH), p=chance / chance.sum())
    letters = np.array(
        [f"w{chr(97 + at // 26 // 26)}{chr(97 + at // 26 % 26)}{chr(97 + at % 26)}" for at in range(VOCABULARY)]
    )
    wrong = rng.random(n) < 0.2 + worse * (said == 8).any(axis=1)
    return [json.dumps(" ".join(letters[row])) for row in said], wrong.astype(np.float64)


def found(rng: np.random.Generator, n: int, worse: float) -> list[tuple[str, ...]]:
    """The parts that are called worse, in words."""
    inputs, wrong = world(rng, n, worse)
    seen, weight = rng.random(n) < 0.5, np.ones(n)
    properties = {
        "channel": [str(one) for one in rng.choice(["app", "web", "mail"], n)],
        "confidence": rng.random(n).tolist(),
    }
    asked = [*questions(properties, seen), *topics(inputs, wrong, weight, np.arange(n), seen)]
    made = parts(asked, wrong, weight, seen)
    apart, p_values = [], []
    for one in made:
        here, rest = wrong[one.member & ~seen], wrong[~one.member & ~seen]
        apart.append(here.mean() - rest.mean())
        p_values.append(_p_value(here, rest))
    sure = holm(p_values) <= 0.05
    return [one.words for one, by, is_sure in zip(made, apart, sure, strict=True) if is_sure and by > 0]


def _p_value(here: np.ndarray, rest: np.ndarray) -> float:
    from scipy.special import ndtr

    error = float(np.sqrt(here.var(ddof=1) / len(here) + rest.var(ddof=1) / len(rest)))
    return 2 * float(ndtr(-abs(here.mean() - rest.mean()) / error)) if error else 1.0


def main(runs: int) -> None:
    """A line for each number of labels and each world."""
    for n in (400, 1000, 3000):
        for worse in (0.0, 0.2, 0.4):
            rng = np.random.default_rng(1)
            told = [found(rng, n, worse) for _ in range(runs)]
            named = np.mean([any("“waai”" in words for part in one for words in part) for one in told])
            said = f"| {n} | {worse:.0%} more wrong | {np.mean([bool(one) for one in told]):.1%} | {named:.1%} |\n"
            sys.stdout.write(said)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
