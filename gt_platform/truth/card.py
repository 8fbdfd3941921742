"""A release's card: what is in it, how it was drawn, who answered, and what it is good for.

It is a data set card as the Hugging Face hub reads them: metadata in front, in YAML, then Markdown. People's text is
kept from being either.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import yaml

from gt_platform.answers.form import Pick, Prose, form_of
from gt_platform.lake import Store, Writer
from gt_platform.markdown import escaped
from gt_platform.project import Project
from gt_platform.stats.intervals import wilson

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10**7, "1M<n<10M"))
LARGEST = "10M<n<100M"
MOST_ANSWERS, MOST_VALUES, MOST_ANNOTATORS = 30, 12, 20
LONGEST = 80

DRAWN = """
    SELECT s.design, count(*) AS events, count(DISTINCT s.item_id) AS items, min(s.inclusion_probability) AS least,
           max(s.inclusion_probability) AS most, min(s.frame_day) AS first, max(s.frame_day) AS last
    FROM sample s SEMI JOIN ground_truth USING (item_id) GROUP BY s.design ORDER BY first, s.design
"""
# one look at the answers, which are the most there is of anything
ANSWERED = """
    WITH given AS MATERIALIZED (
        SELECT item_id, annotator, answer FROM live_annotations SEMI JOIN ground_truth USING (item_id)
    )
    SELECT 'annotator' AS told, annotator, count(*) AS n, NULL::DOUBLE AS share FROM given GROUP BY annotator
    UNION ALL
    SELECT 'agreement', NULL, count(*), avg(pairs) FROM (
        SELECT sum(same * (same - 1)) / (sum(same) * (sum(same) - 1)) AS pairs FROM (
            SELECT item_id, answer, count(*) AS same FROM given GROUP BY ALL
        ) GROUP BY item_id HAVING sum(same) > 1
    )
    UNION ALL
    SELECT 'checked', NULL, count(*), NULL FROM expert_answers SEMI JOIN ground_truth USING (item_id)
    WHERE answer IS NOT NULL
    ORDER BY told, n DESC, annotator
"""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the lake knows of a release: draws by design, answers by annotator, agreement, and experts' checks."""

    drawn: pl.DataFrame
    answered: pl.DataFrame
    compared: int
    agreement: float | None
    checked: int


def facts(tables: Store | Writer) -> Facts:
    """Of the ground truth as it stands."""
    found = tables.read(ANSWERED)
    agreed, checked = (found.filter(told=told).row(0, named=True) for told in ("agreement", "checked"))
    return Facts(
        drawn=tables.read(DRAWN),
        answered=found.filter(told="annotator").select("annotator", answers="n"),
        compared=agreed["n"],
        agreement=agreed["share"],
        checked=checked["n"],
    )


def card(
    project: Project, release: int, truth: pl.DataFrame, known: Facts, *, digest: str, changes: Sequence[str]
) -> str:
    """The card of a release with this truth; `changes` is what its changelog says, in sentences."""
    parts: list[tuple[str, Iterable[str]]] = [
        ("", [f"{project.question}", "", *_in_short(project, truth, digest)]),
        ("Intended use", _said(project.card.intended_use)),
        ("Limits", _limits(project)),
        ("How items were drawn", _drawn(known)),
        ("Who answered", _answered(truth, known)),
        ("How truth was settled", _settled(truth)),
        ("Answers", _answers(project, truth)),
        ("Splits", _splits(truth)),
        ("Known problems", _problems(project, truth)),
        ("Changes", [f"- {one}" for one in changes]),
        ("Citation", _said(project.card.citation)),
    ]
    title = f"# {project.card.title or project.name}, release {release}"
    return "\n".join([_front(project, release, truth.height), title, "", *_sections(parts)])


def _sections(parts: Sequence[tuple[str, Iterable[str]]]) -> Iterator[str]:
    for heading, lines in parts:
        told = "\n".join(lines).strip()
        if told:
            yield from ([f"## {heading}", ""] if heading else [])
            yield from [told, ""]


def _front(project: Project, release: int, items: int) -> str:
    declared, form = project.card, form_of(project.answer_kind)
    tasks = {Pick: "text-classification", Prose: "text-generation"}
    front: dict[str, Any] = {"pretty_name": f"{declared.title or project.name}, release {release}"}
    front |= {"language": list(declared.languages)} if declared.languages else {}
    front |= {"license": declared.license} if declared.license else {}
    front |= {"task_categories": [tasks[type(form)]]} if type(form) in tasks else {}
    front |= {"size_categories": [next((size for most, size in SIZES if items < most), LARGEST)]}
    front |= {"tags": ["ground-truth", project.name]}
    front |= {"configs": [{"config_name": "default", "data_files": "ground_truth.parquet"}]}
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---\n"


def _in_short(project: Project, truth: pl.DataFrame, digest: str) -> Iterator[str]:
    yield f"- Items: {truth.height}"
    yield f"- Content digest: `{digest}`"
    yield f"- Guidelines `{project.guideline_version}`, question and answer schema `{project.schema_version}`"


def _limits(project: Project) -> Iterator[str]:
    yield from _said(project.card.limits)
    yield (
        "Items were drawn with known, unequal probabilities. The plain share of right answers on them says little "
        "about production; the `scores` table holds the estimate that does, with its interval."
    )


def _drawn(known: Facts) -> Iterator[str]:
    if known.drawn.is_empty():
        yield "None of the items was drawn from production."
        return
    yield from _table(
        ("design", "frames", "events", "items", "inclusion probability"),
        (
            (f"`{row['design']}`", f"{row['first']} to {row['last']}", row["events"], row["items"],
             f"{row['least']:.4g} to {row['most']:.4g}")
            for row in known.drawn.iter_rows(named=True)
        ),
    )  # fmt: skip


def _answered(truth: pl.DataFrame, known: Facts) -> Iterator[str]:
    ruled = int(truth["status"].is_in(["adjudicated", "corrected"]).sum())
    yield f"- Annotators: {known.answered.height}, who gave {known.answered['answers'].sum()} answers"
    if known.agreement is not None and known.compared:
        low, high = wilson(np.array([known.agreement]), np.array([float(known.compared)]))
        yield (
            f"- Mean share of equal pairs of answers: {known.agreement:.3f} [{low[0]:.3f}, {high[0]:.3f}], over "
            f"{known.compared} items; not corrected for chance"
        )
    if truth.height:
        yield f"- Ruled or corrected by a reviewer: {ruled} of {truth.height} items ({ruled / truth.height:.1%})"
    yield f"- Answered blind by an expert as a check: {known.checked} items"
    if known.answered.height:
        yield ""
        listed = known.answered.head(MOST_ANNOTATORS)["answers"]
        yield from _table(("annotator", "answers"), ((f"A{at}", n) for at, n in enumerate(listed, 1)))
        if known.answered.height > MOST_ANNOTATORS:
            yield f"\nand {known.answered.height - MOST_ANNOTATORS} others with fewer."


def _settled(truth: pl.DataFrame) -> Iterator[str]:
    counted = truth.group_by("status", "method").len().sort("status", "method")
    yield from _table(("status", "method", "items"), ((one, _plain(how), n) for one, how, n in counted.iter_rows()))


def _answers(project: Project, truth: pl.DataFrame) -> Iterator[str]:
    counted = truth.group_by("answer").len().sort(["len", "answer"], descending=[True, False])
    if truth.is_empty() or counted.height > MOST_ANSWERS:
        return
    labels = counted["answer"].to_list()
    rows = [("all", truth), *_slices(project, truth)]
    yield from _table(
        ("slice", *(_plain(_said_as(label)) for label in labels)),
        ((name, *(int((part["answer"] == one).sum()) for one in labels)) for name, part in rows),
    )


def _slices(project: Project, truth: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for name in project.benchmark.slices:
        values = truth["attributes"].str.json_path_match(f'$["{name}"]')
        for value in values.value_counts(sort=True).head(MOST_VALUES)[values.name].drop_nulls().sort():
            yield _plain(f"{name}={value}"), truth.filter(values == value)


def _splits(truth: pl.DataFrame) -> Iterator[str]:
    counted = truth["split"].drop_nulls().value_counts().sort("split")
    if counted.height:
        yield from _table(("split", "items"), ((_plain(split), n) for split, n in counted.iter_rows()))


def _problems(project: Project, truth: pl.DataFrame) -> Iterator[str]:
    yield from (f"- {one}" for one in project.card.known_problems)
    thin = int((truth["answers"] == 1).sum())
    if thin:
        yield f"- {thin} items rest on a single answer."
    old = int((truth["guideline_version"] != project.guideline_version).sum())
    if old:
        yield f"- {old} items were decided under other guidelines than the present ones."


def _said(text: str | None) -> list[str]:
    return [text.strip(), ""] if text else []


def _table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    yield from (f"| {' | '.join(map(str, row))} |" for row in rows)


def _plain(text: str) -> str:
    """People's text in a cell."""
    return escaped(text[:LONGEST])


def _said_as(answer: str) -> str:
    """An answer as text: a string without its quotes."""
    value = json.loads(answer)
    return value if isinstance(value, str) else answer
