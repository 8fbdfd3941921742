"""What `gt contamination` finds of a benchmark in training files, and what it finds where nothing is.

`python -m tests.bench.contamination FOLDER [chosen|unseen]`. Real texts: tweets, reviews of films and of goods and
editorials (the demo's), and what the folder has beside the demo's: chats (convabuse), instructions with their inputs
(pandalm). Half of each, by a digest, is what constants were chosen on; the other half was looked at once. Of each 1,000
texts of eight words or more, then of any length, are the benchmark, and are looked for in themselves with some of their
words changed: at least one, three in five replaced by another word of the domain, one dropped, one put in. False alarms
are items found among as many other texts of the domain, and records there in which any is.
"""

import csv
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gt_platform.canonical import number
from gt_platform.demo import dataset
from gt_platform.held_out.search import Benchmark
from gt_platform.likeness import near, text_in, words

ITEMS = 1_000
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2)
LEAST = 8


@dataclass(frozen=True, kw_only=True)
class Domain:
    """Texts of one subject; a text may be of several parts."""

    name: str
    texts: Sequence[str]


def domains(folder: Path, half: str) -> Iterator[Domain]:
    """The texts of each, every one once, of one half."""
    for name, texts in _read(folder):
        kept = {" ".join(words(text)): text for text in texts if (number(text) % 2 == 0) == (half == "chosen")}
        yield Domain(name=name, texts=sorted(kept.values(), key=number))


def _read(folder: Path) -> Iterator[tuple[str, list[str]]]:
    rated = dataset.load()
    for name in dataset.DOMAINS:
        yield name, [one.text for one in rated if one.domain == name]
    for name, columns in (("convabuse/convabuse_full", ("user",)), ("pandalm/pandalm", ("instruction", "input"))):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        yield f"{name.split('/')[0]} {columns[-1]}", ["\n".join(row[one] for one in columns) for row in rows]


def changed(text: str, share: float, vocabulary: Sequence[str], drawn: random.Random) -> str:
    """The text with a share of its words replaced, dropped or put in, at least one; with none, itself."""
    said = text.split()
    if not share:
        return text
    for at in sorted(drawn.sample(range(len(said)), max(1, round(share * len(said)))), reverse=True):
        how = drawn.random()
        other = drawn.choice(vocabulary)
        said[at : at + 1] = [other] if how < 0.6 else [] if how < 0.8 else [said[at], other]
    return " ".join(said)


def measure(domain: Domain, least: int) -> str:
    """A line of the table, of texts of so many words or more."""
    long = [text for text in domain.texts if len(text.split()) >= least]
    known, others = long[: min(ITEMS, len(long) // 2)], long[len(long) // 2 :][:ITEMS]
    vocabulary = sorted({word for text in domain.texts for word in text.split()})
    drawn = random.Random(1)
    items = {f"{at:05}": text_in(text) for at, text in enumerate(known)}
    started = time.process_time()
    benchmark = Benchmark(items)
    recalls = []
    for share in SHARES:
        found = [
            f"{at:05}" in {match.item_id for match in benchmark.search(at, [("text", copy)])}
            for at, copy in enumerate(changed(text, share, vocabulary, drawn) for text in known)
        ]
        recalls.append(sum(found) / len(found))
    inside = [
        f"{at:05}" in {one.item_id for one in benchmark.search(at, [("", f"{others[at % len(others)]} {text}\nEnd.")])}
        for at, text in enumerate(changed(text, 0.1, vocabulary, drawn) for text in known)
    ]
    alarms = [match for at, text in enumerate(others) for match in benchmark.search(at, [("text", text)])]
    items_found, records = len({one.item_id for one in alarms}), len({one.line for one in alarms})
    groups = sum(
        near(items[f"{at:05}"], text_in(copy)) is not None
        for at, copy in enumerate(changed(text, 0.1, vocabulary, drawn) for text in known)
    )
    spent = (time.process_time() - started) / (len(SHARES) + 2) / len(known) * 1e6
    for one in sorted(alarms, key=lambda match: match.similarity)[:4]:
        sys.stderr.write(f"  {one.similarity:.2f} {known[int(one.item_id)]!r} | {others[one.line]!r}\n"[:300])
    shown = " | ".join(f"{100 * one:.1f}" for one in recalls)
    return (
        f"| {domain.name}, {least} words or more | {len(known)} | {shown} | {100 * sum(inside) / len(inside):.1f} | "
        f"{100 * groups / len(known):.1f} | {100 * items_found / len(known):.2f} | "
        f"{100 * records / len(others):.2f} | {spent:.0f} |"
    )


def main() -> None:
    """Print the table."""
    folder, half = Path(sys.argv[1]), (*sys.argv[2:], "chosen")[0]
    edits = " | ".join(f"{100 * share:.0f} %" for share in SHARES)
    print(f"| texts | items | {edits} | 10 % inside | near 10 % | false: items | records | µs each |")
    print(f"|---|---:|{'---:|' * (len(SHARES) + 5)}")
    for domain in domains(folder, half):
        for least in (LEAST, 1):
            print(measure(domain, least), flush=True)


if __name__ == "__main__":
    main()
