"""`gt agenda`: what experts should talk about before the guidelines are next revised."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from gt_platform.canonical import as_json
from gt_platform.cli.app import Format, ProjectName, UsageError, app, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.labeling.agenda import HardCase, Topic, agenda
from gt_platform.markdown import escaped

MOST = 10
TOLD = 20
"""Cases of a topic that are told in the file; the others are like them."""
LONGEST = 200
TOPIC = {"topic": pl.Int64, "answers": pl.String, "about": pl.String, "cases": pl.Int64, "items": pl.Int64}
TOPIC |= {"cost": pl.Float64, "guideline": pl.String, "state": pl.String, "example": pl.String}
CASE = {"topic": pl.Int64, "case": pl.String, "kind": pl.String, "item_id": pl.String, "answers": pl.String}
CASE |= {"cost": pl.Float64, "guideline": pl.String, "state": pl.String, "input": pl.String, "note": pl.String}


@app.command(name="agenda")
def told(
    project: ProjectName = None,
    into: Annotated[
        Path | None, typer.Option("--out", help="Write it as Markdown, with the cases, for a meeting.")
    ] = None,
    layout: Format = "table",
) -> None:
    """The ten topics that cost most agreement: what guidelines do not cover, ties, contested rulings and honeypots.

    Cases belong together whose answers are at odds in the same way and whose items are about the same. The cost is in
    points of mean agreement. A rule of `guidelines.yaml` says which cases it resolves: `resolves: [CASE, ...]`.
    """
    declared = project_named(project)
    with store_of(declared) as (_, store):
        found = agenda(store, declared)
    if into is not None:
        _write(into, "\n".join(_document(declared.name, found)) + "\n")
        out.print(f"{into}: {min(MOST, len(found))} of {len(found)} topics", markup=False, highlight=False)
        return
    if layout == "table" and not found:
        out.print("there is nothing to talk about: no case is open or was", markup=False, highlight=False)
        return
    most = list(enumerate(found[:MOST], 1))
    rows = [_row(*one) for one in most] if layout == "table" else [row for one in most for row in _rows(*one)]
    show(pl.DataFrame(rows, schema=TOPIC if layout == "table" else CASE), layout)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}") from None


def _row(number: int, topic: Topic) -> dict[str, Any]:
    return {
        "topic": number,
        "answers": topic.pair,
        "about": ", ".join(topic.about),
        "cases": len(topic.cases),
        "items": len({one.item_id for one in topic.cases}),
        "cost": round(topic.cost, 2),
        "guideline": _guidelines(topic.cases),
        "state": _state(topic),
        "example": _shown(topic.cases[0].input),
    }


def _rows(number: int, topic: Topic) -> Iterator[dict[str, Any]]:
    for one in topic.cases:
        yield {
            "topic": number,
            "case": one.case_id,
            "kind": one.kind,
            "item_id": one.item_id,
            "answers": _votes(one),
            "cost": round(one.cost, 4),
            "guideline": one.guideline_version,
            "state": _of(one),
            "input": one.input if isinstance(one.input, str) else as_json(one.input),
            "note": one.note,
        }


def _document(name: str, found: Sequence[Topic]) -> Iterator[str]:
    """The agenda as people read it; what they wrote stands in it to the letter."""
    yield f"# Agenda of {escaped(name)}\n"
    yield f"{min(MOST, len(found))} of {len(found)} topics, those that cost most agreement.\n"
    for number, topic in enumerate(found[:MOST], 1):
        about = f": {', '.join(topic.about)}" if topic.about else ""
        yield f"## {number}. {escaped(topic.pair + about)}\n"
        yield f"{_state(topic)}; {topic.cost:.2f} points of agreement; guidelines {_guidelines(topic.cases)}\n"
        yield from (_line(one) for one in topic.cases[:TOLD])
        if len(topic.cases) > TOLD:
            yield f"- and {len(topic.cases) - TOLD} more"
        waiting = [one.case_id[:12] for one in topic.cases if one.state != "resolved"]
        yield f"\n```yaml\nresolves: [{', '.join(waiting)}]\n```\n" if waiting else ""


def _line(one: HardCase) -> str:
    note = f" ({escaped(_shown(one.note))})" if one.note else ""
    return f"- `{one.case_id[:12]}` {one.kind}, {_of(one)}: {escaped(_shown(one.input))} ({escaped(_votes(one))}){note}"


def _shown(value: Any) -> str:
    text = " ".join((value if isinstance(value, str) else as_json(value)).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _votes(one: HardCase) -> str:
    return ", ".join(f"{answer} {n}" for answer, n in one.votes.items()) or "no answer"


def _of(one: HardCase) -> str:
    return f"resolved by {one.rule}" if one.rule else one.state


def _state(topic: Topic) -> str:
    """How the cases stand: one word where all stand alike."""
    counted = dict.fromkeys(map(_of, topic.cases), 0)
    for one in topic.cases:
        counted[_of(one)] += 1
    return next(iter(counted)) if len(counted) == 1 else ", ".join(f"{n} {state}" for state, n in counted.items())


def _guidelines(cases: Sequence[HardCase]) -> str:
    latest = {one.guideline_version[:8]: one.raised_at for one in sorted(cases, key=lambda one: one.raised_at)}
    return ", ".join(sorted(latest, key=lambda version: latest[version], reverse=True)[:3])
