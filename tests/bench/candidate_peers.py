"""What other packages say of the same pairs of answers: how often they pass a candidate that is worse by the margin.

`python -m tests.bench.candidate_peers FILE RUNS` writes samples of 500 labeled events, production's and a candidate's
right answers with users and strata, and what ours says of each; run by the Python of an environment that has
`truescore`, `inspect-ai` and `cje-eval`, `python -P tests/bench/candidate_peers.py FILE` reads it, and prints a table.
The candidate is worse by .02, which is the margin; `passed` may be 2.5 %, `held` is how often the 95 % interval holds
the truth. None of them has the design that events were drawn by: in the world `design` half of the labels are of a
fifth of the traffic. Of `inspect-ai` it is two scores with their standard errors, clustered where users are; `cje-eval`
takes the difference as a label between 0 and 1; of `truescore` it is McNemar and the paired bootstrap with 1,000
resamples.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

LABELS, MARGIN, TRUE = 500, 0.02, -0.02
Bounds = tuple[float, float]


def written(path: str, runs: int) -> None:
    """Write the samples, and what ours says of them."""
    from tests.bench.candidate_gates import World, drawn, found

    plain = World(labels=LABELS, gains=(TRUE,), plain=True)
    worlds = {
        "plain": plain,
        "users": World(**vars(plain) | {"users": True}),
        "design": World(labels=LABELS, gains=(TRUE,)),
    }
    kept: dict[str, Any] = {}
    for name, world in worlds.items():
        rng = np.random.default_rng([6, LABELS])
        for run in range(runs):
            seen = drawn(world, rng)
            apart = found(seen, np.ones(LABELS, dtype=np.bool_), seen.gain[:, 0])
            kept[f"{name} {run}"] = np.stack([seen.first, seen.first + seen.gain[:, 0], seen.user])
            kept[f"ours of {name} {run}"] = np.array([apart.low, apart.high] if apart else [-1.0, 1.0])
    np.savez_compressed(path, **kept)


def inspect(first: Any, second: Any, user: Any) -> Bounds:
    """Two scores, each with the standard error of its own."""
    scorer = import_module("inspect_ai.scorer")
    repeated = len(np.unique(user)) < len(user)
    told = scorer.stderr(cluster="user") if repeated else scorer.stderr()
    errors = []
    for values in (first, second):
        scores = [
            scorer.SampleScore(score=scorer.Score(value=float(value)), sample_metadata={"user": int(who)})
            for value, who in zip(values, user, strict=True)
        ]
        errors.append(told(scores))
    gain, half = float(np.mean(second - first)), 1.96 * float(np.hypot(*errors))
    return gain - half, gain + half


def bootstrap(first: Any, second: Any, user: Any) -> Bounds:
    """Pairs, resampled by users."""
    found = import_module("truescore").paired_bootstrap(second, first, n_bootstrap=1000, clusters=user)
    return found.low, found.high


def mcnemar(first: Any, second: Any, _: Any) -> Bounds:
    """Pairs, right or wrong."""
    found = import_module("truescore").mcnemar(second, first)
    return found.low, found.high


def cje(first: Any, second: Any, user: Any) -> Bounds:
    """The difference, moved to lie between 0 and 1."""
    gain = (second - first + 1) / 2
    low, high = import_module("cje").calibrated_mean_ci(gain, gain, cluster_ids=user).ci
    return 2 * low - 1, 2 * high - 1


PEERS: dict[str, Callable[[Any, Any, Any], Bounds]] = {
    "inspect-ai stderr": inspect, "truescore mcnemar": mcnemar, "truescore bootstrap": bootstrap, "cje-eval": cje,
}  # fmt: skip


def table(path: str) -> Iterator[str]:
    """What each says of the samples in a file."""
    kept = dict(np.load(path))
    for world in ("plain", "users", "design"):
        runs = [key for key in kept if key.startswith(f"{world} ")]
        said = {"ours": [tuple(kept[f"ours of {key}"].tolist()) for key in runs]}
        said |= {name: [peer(*kept[key]) for key in runs] for name, peer in PEERS.items()}
        for name, bounds in said.items():
            low, high = np.array(bounds).T
            held = np.mean((low <= TRUE) & (high >= TRUE))
            rates = f"passed {np.mean(low > -MARGIN):6.1%}  held {held:6.1%}  half {np.mean(high - low) / 2:.4f}"
            yield f"{world:7} {name:20} {rates}  of {len(runs)}"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) > 2:
        written(sys.argv[1], int(sys.argv[2]))
    else:
        print(*table(sys.argv[1]), sep="\n")
