"""A candidate that is a command: `python -m tests.candidates.program [word …]` answers what its words say."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

WORDS = sys.argv[1:]


def items() -> Iterator[dict[str, str]]:
    yield from (json.loads(line) for line in sys.stdin)


def say(item: dict[str, str], output: object) -> None:
    sys.stdout.write(json.dumps({"item_id": item["item_id"], "output": output}) + "\n")
    sys.stdout.flush()


if "notes" in WORDS:
    print("loading the model …", flush=True)  # noqa: T201 - as programs do
    say({"item_id": "unasked"}, "positive")
if "late" in WORDS:  # reads everything first, and answers in another order
    for one in reversed(list(items())):
        say(one, "positive")
if "never" in WORDS:
    print("no such file: model.bin", file=sys.stderr)  # noqa: T201
    sys.exit(3)
for one in items():
    if one["input"] == "bad" and "dies" in WORDS:
        os.abort()
    if one["input"] == "bad" and "once" in WORDS and not Path("died").exists():
        Path("died").touch()
        os.abort()
    if one["input"] == "bad" and "skips" in WORDS:
        continue
    say(one, "positive")
