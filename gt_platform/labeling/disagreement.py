"""Why annotators disagree: the answers of a project by pair of labels, and by what items and guidelines they are of."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from gt_platform.answers import Answer, InvalidAnswerError
from gt_platform.answers.questions import questions, usual
from gt_platform.lake import Store
from gt_platform.likeness.texts import text_of
from gt_platform.likeness.topics import named, topics, weights_of
from gt_platform.project import Project
from gt_platform.stats.disagreement import UNKNOWN, Disagreement, Given, disagreements

# Answers to honeypots are of items of their own: their truth is what annotators once said, no news of other answers.
SAID = """
    SELECT item_id, FALSE AS honeypot, annotator, guideline_version, answer::VARCHAR AS answer,
           coalesce(submitted_at, collected_at) AS said_at, assignment_id AS place
    FROM annotations ANTI JOIN exclusions USING (assignment_id)
    UNION ALL
    SELECT p.item_id, TRUE, h.annotator, a.guideline_version, h.answer::VARCHAR,
           coalesce(h.submitted_at, h.collected_at), h.honeypot_id
    FROM (SELECT *, coalesce(submitted_at, collected_at) AS said_at FROM honeypot_answers) h
    JOIN honeypots p USING (honeypot_id)
    ASOF JOIN (
        SELECT guideline_version, coalesce(submitted_at, collected_at) AS said_at FROM annotations
    ) a ON h.said_at >= a.said_at
    ORDER BY said_at, place, annotator
"""
KNOWN = """
    SELECT item_id, FALSE AS honeypot, arg_max(answer::VARCHAR, ruled_at) AS answer FROM adjudications GROUP BY item_id
    UNION ALL
    SELECT item_id, TRUE, arg_max(truth::VARCHAR, injected_at) FROM honeypots GROUP BY item_id
"""
ITEMS = "SELECT item_id, input FROM items ORDER BY item_id"
SLICED = "SELECT item_id, json_extract_string(attributes, $path) AS value FROM items ORDER BY item_id"
EVERYTHING = "all"
MOST_WITHIN = 3
"""Pairs that are told of a part: the costliest there."""
MOST_SLICES, MOST_TOPICS = 12, 5
FEWEST_ITEMS = 20
"""Items of a part that is looked at by itself, as of a week's agreement."""

Key = tuple[str, bool]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why two labels of a question are at odds, of everything or of a part: `where` is "all" or names the part."""

    where: str
    question: str
    one: str
    other: str
    found: Disagreement
    departing: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Items that are looked at by themselves, maybe only as they were answered under one version of the guidelines."""

    name: str
    items: set[str]
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Coded:
    """Answers to one question, and the names behind the codes."""

    question: str
    given: Given
    labels: list[str]
    items: list[Key]
    annotators: list[str]


def reasons(store: Store, project: Project) -> list[Reason]:
    """Of all answers the pairs of labels that cost most agreement, and the costliest within each part of the items."""
    with store.snapshot():
        said, known = store.read(SAID), store.read(KNOWN)
        inputs = dict(store.read(ITEMS).iter_rows())
        slices = {
            name: dict(store.read(SLICED, {"path": f'$."{name}"'}).iter_rows()) for name in project.benchmark.slices
        }
    asked = coded(project, said, known)
    whole = [one for of in asked for one in _within(of, EVERYTHING, disagreements(of.given))]
    whole.sort(key=lambda one: (-one.found.cost, one.question, one.one, one.other))
    parts = [part for part in _parts(project, said, inputs, slices) if len(part.items) >= FEWEST_ITEMS]
    return [*whole, *(one for part in parts for one in _of_part(asked, part))]


def coded(project: Project, said: pl.DataFrame, known: pl.DataFrame) -> list[Coded]:
    """The answers to each question that has any two labels; answers of an older schema are left out."""
    rows, true = said.rows(named=True), {(one, pot): answer for one, pot, answer in known.iter_rows()}
    answers = [_valid(project, row["answer"]) for row in rows]
    of_item: defaultdict[Key, list[Answer]] = defaultdict(list)
    for row, answer in zip(rows, answers, strict=True):
        if answer is not None:
            of_item[row["item_id"], row["honeypot"]].append(answer)
    among = {item: usual(project.answer_kind, given) for item, given in of_item.items()}
    versions = {version: at for at, version in enumerate(dict.fromkeys(row["guideline_version"] for row in rows))}
    by_question: defaultdict[str, list[tuple[Key, int, str, str]]] = defaultdict(list)
    for row, answer in zip(rows, answers, strict=True):
        key = row["item_id"], row["honeypot"]
        if answer is not None:
            for name, label in questions(project.answer_kind, answer, among[key]).items():
                by_question[name].append((key, versions[row["guideline_version"]], row["annotator"], label))
    truth: defaultdict[str, dict[Key, str]] = defaultdict(dict)
    for item in among.keys() & true.keys():
        if (valid := _valid(project, true[item])) is not None:
            for name, label in questions(project.answer_kind, valid, among[item]).items():
                truth[name][item] = label
    return [_coded(name, given, truth[name]) for name, given in by_question.items()]


def _coded(question: str, rows: Sequence[tuple[Key, int, str, str]], truth: Mapping[Key, str]) -> Coded:
    items, annotators = sorted({row[0] for row in rows}), sorted({row[2] for row in rows})
    labels = sorted({row[3] for row in rows} | set(truth.values()))
    of_item = {item: at for at, item in enumerate(items)}
    of_who, of_label = ({name: at for at, name in enumerate(names)} for names in (annotators, labels))
    return Coded(
        question=question,
        given=Given(
            item=np.array([of_item[row[0]] for row in rows]),
            version=np.array([row[1] for row in rows]),
            annotator=np.array([of_who[row[2]] for row in rows]),
            label=np.array([of_label[row[3]] for row in rows]),
            truth=np.array([of_label[truth[item]] if item in truth else UNKNOWN for item in items]),
        ),
        labels=labels,
        items=items,
        annotators=annotators,
    )


def _valid(project: Project, answer: str) -> Answer | None:
    try:
        return project.answer_kind.validate(json.loads(answer))
    except InvalidAnswerError:
        return None


def _within(asked: Coded, where: str, found: Sequence[Disagreement]) -> Iterator[Reason]:
    for one in found:
        yield Reason(
            where=where,
            question=asked.question,
            one=asked.labels[one.pair[0]],
            other=asked.labels[one.pair[1]],
            found=one,
            departing=tuple(asked.annotators[who.annotator] for who in one.departing),
            examples=tuple(dict.fromkeys(asked.items[at][0] for at in one.examples)),
        )


def _parts(
    project: Project,
    said: pl.DataFrame,
    inputs: Mapping[str, str],
    slices: Mapping[str, Mapping[str, str | None]],
) -> Iterator[Part]:
    versions = said["guideline_version"].unique(maintain_order=True).to_list()
    for at, version in enumerate(versions if len(versions) > 1 else ()):
        items = set(said.filter(guideline_version=version)["item_id"])
        yield Part(name=f"guidelines {version[:8]}", items=items, version=at)
    for name, of_item in slices.items():
        held: defaultdict[str, set[str]] = defaultdict(set)
        for item, value in of_item.items():
            if value is not None:
                held[value].add(item)
        for value in sorted(held, key=lambda value: (-len(held[value]), value))[:MOST_SLICES]:
            yield Part(name=f"{name}={value}", items=held[value])
    yield from _topics(project, {one: inputs[one] for one in _contested(said) if one in inputs})


def _contested(said: pl.DataFrame) -> list[str]:
    """Items with different answers, letter for letter."""
    different = said.group_by("item_id").agg(pl.col("answer").n_unique()).filter(pl.col("answer") > 1)
    return different["item_id"].sort().to_list()


def _topics(project: Project, inputs: Mapping[str, str]) -> Iterator[Part]:
    """What contested items are about, the largest topics first."""
    texts = [text_of(json.loads(text), project) for text in inputs.values()]
    weights = weights_of(texts)
    of_topic: defaultdict[int, list[int]] = defaultdict(list)
    for at, number in enumerate(topics(texts, weights)):
        of_topic[number].append(at)
    items = list(inputs)
    largest = sorted((number for number in of_topic if number), key=lambda number: -len(of_topic[number]))
    for number in largest[:MOST_TOPICS]:
        about = ", ".join(named([texts[at] for at in of_topic[number]], weights))
        yield Part(name=f"about {about}", items={items[at] for at in of_topic[number]})


def _of_part(asked: Sequence[Coded], part: Part) -> Iterator[Reason]:
    found: list[Reason] = []
    for of in asked:
        inside = np.array([item in part.items for item, _ in of.items])[of.given.item]
        inside &= (part.version is None) | (of.given.version == part.version)
        found += _within(of, part.name, disagreements(of.given.where(inside), most=MOST_WITHIN))
    found.sort(key=lambda one: (-one.found.cost, one.question, one.one, one.other))
    yield from found[:MOST_WITHIN]
