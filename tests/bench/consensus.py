"""Consensus on categories beside its peers: accuracy on real votes, CPU seconds and memory on a million and more.

`python -m tests.bench.consensus unseen [FOLDER]` reads every FOLDER/*/answers.csv that has a truth.csv beside it;
`python -m tests.bench.consensus gold [FOLDER]` says what a few known items do to the others;
`python -m tests.bench.consensus speed [ANSWERS …]` fits Dawid and Skene's model at crowd-kit's number of iterations,
each side in a process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gt_platform.stats.consensus.dawid_skene import dawid_skene
from gt_platform.stats.consensus.votes import votes
from tests.bench.unseen import gold, unseen

if TYPE_CHECKING:
    import pandas as pd

DATA = Path(__file__).parents[3] / "shared" / "data"
SIZES = (1_000_000, 5_000_000)
LABELS = 5
PER_ITEM = 5


def wawa(answers: pd.DataFrame) -> pd.Series:
    """Worker agreement with aggregate in its three steps; crowd-kit's own does not run with this scikit-learn."""
    from crowdkit.aggregation import MajorityVote

    majority = MajorityVote().fit_predict(answers)
    right = (answers["label"] == answers["task"].map(majority)).groupby(answers["worker"]).mean()
    weighed = answers.assign(weight=answers["worker"].map(right)).groupby(["task", "label"])["weight"].sum()
    best: pd.Series = weighed.unstack(fill_value=0).idxmax(axis=1)
    return best


def peers(answers: pd.DataFrame) -> dict[str, pd.Series]:
    """What the peers settle, by method and task."""
    from crowdkit.aggregation import GLAD, MACE, DawidSkene, MajorityVote, OneCoinDawidSkene

    classes = {
        "majority": MajorityVote, "one-coin": OneCoinDawidSkene, "Dawid-Skene": DawidSkene, "GLAD": GLAD, "MACE": MACE,
    }  # fmt: skip
    return {"Wawa": wawa(answers)} | {name: peer().fit_predict(answers) for name, peer in classes.items()}


def simulated(answers: int, seed: int = 0) -> dict[str, Any]:
    """Codes of workers with confusion matrices of their own, one in twelve a spammer, by column."""
    rng = np.random.default_rng(seed)
    items, workers = answers // PER_ITEM, max(answers // 500, 10)
    confusion = np.stack([rng.dirichlet(1 + 8 * np.eye(LABELS)[truth], workers) for truth in range(LABELS)], axis=1)
    confusion[rng.random(workers) < 1 / 12] = 1 / LABELS
    task = np.repeat(np.arange(items), PER_ITEM)
    first = rng.integers(0, workers, items)
    worker = (first[:, None] + np.arange(PER_ITEM) * (1 + first[:, None] % 7)).ravel() % workers
    steps = confusion[worker, rng.integers(0, LABELS, items)[task]].cumsum(axis=1)
    return {"task": task, "worker": worker, "label": (rng.random(len(task))[:, None] > steps).sum(axis=1)}


def speed(sizes: list[int]) -> None:
    """Print CPU seconds, each process's peak memory and labels in common of both sides."""
    print("| answers | iterations | crowd-kit: CPU s, MB | ours: CPU s, MB | ratio CPU, memory | same labels |")
    print("|---:|---:|---|---|---|---:|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            np.savez(Path(folder) / "votes.npz", **simulated(size))
            theirs = _child("crowd-kit", folder, 0)
            ours = _child("ours", folder, theirs["iterations"])
            same = np.mean(np.load(Path(folder) / "crowd-kit.npy") == np.load(Path(folder) / "ours.npy"))
        print(
            f"| {size:,} | {theirs['iterations']} | {theirs['cpu']:.2f}, {theirs['mb']:.0f} | {ours['cpu']:.2f}, "
            f"{ours['mb']:.0f} | {theirs['cpu'] / ours['cpu']:.1f}x, {theirs['mb'] / ours['mb']:.1f}x | {same:.2%} |",
            flush=True,
        )


def _child(side: str, folder: str, iterations: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.consensus", "fit", side, folder, str(iterations)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def fit(side: str, folder: Path, iterations: int) -> None:
    """Fit one side on the votes, both starting from codes, write its labels, and print its figures as JSON."""
    codes = dict(np.load(folder / "votes.npz"))
    fitted = _theirs if side == "crowd-kit" else _ours
    labels, iterations, cpu = fitted(codes, iterations)
    np.save(folder / f"{side}.npy", labels)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "mb": peak, "iterations": iterations}))


def _theirs(codes: dict[str, Any], _: int) -> tuple[Any, int, float]:
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    frame = pd.DataFrame(codes)
    begun = time.process_time()
    model = DawidSkene().fit(frame)
    labels: Any = model.labels_
    return labels.sort_index().to_numpy(), len(model.loss_history_), time.process_time() - begun


def _ours(codes: dict[str, Any], iterations: int) -> tuple[Any, int, float]:
    import scipy.sparse  # noqa: F401 - loading a library is counted for neither side

    begun = time.process_time()
    cells = votes(codes["task"], codes["worker"], codes["label"], labels=LABELS)
    found = dawid_skene(cells, iterations=iterations, tolerance=-1.0)
    return found.posterior.argmax(axis=1), iterations, time.process_time() - begun


def main(arguments: list[str]) -> None:
    """Dispatch."""
    warnings.filterwarnings("ignore")
    what, *rest = arguments or ["unseen"]
    if what == "fit":
        fit(rest[0], Path(rest[1]), int(rest[2]))
    elif what == "speed":
        speed([int(size) for size in rest] or list(SIZES))
    elif what == "gold":
        gold(Path(rest[0]) if rest else DATA)
    else:
        unseen(Path(rest[0]) if rest else DATA, peers)


if __name__ == "__main__":
    main(sys.argv[1:])
