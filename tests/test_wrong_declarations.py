"""Declarations that are wrong, each in one way: every one is a sentence with its file and line, in plain words."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.declaration import load_project
from gt_platform.project import ProjectError
from tests.test_declaration import GOOD, write

JARGON = re.compile(
    r"Input should|Value error|validation error|pydantic|Field required|pattern|Traceback|dict|int_|str_"
)
CANDIDATES = "candidates: {%s}\nbenchmark:"
GATE = "gates:\n  score: {metric: accuracy, at_least: %s}\nbenchmark:"
LABELS = "{bad: unhappy, good: happy}"
ANSWER = f"kind: choice\n  labels: {LABELS}"

WRONG = [
    # what YAML makes of things
    ("name: mood", "name: [mood", 2, "not YAML"),
    ("name: mood", "name: mood\n\tquestion: x", 2, "not YAML"),
    ("name: mood", "name: mood\n---\nname: mood", 2, "not YAML: but found another document"),
    ("start: 2026-01-05", "start: 2026-02-30", 4, "start: must be a date such as 2026-01-31, not '2026-02-30'"),
    ("start: 2026-01-05", "start: 05.01.2026", 4, "start: must be a date such as"),
    ("start: 2026-01-05", "start: 20260105", 4, "start: "),
    ("start: 2026-01-05", "start: 2026-01-05 02:00:00", 4, "start: must be a date such as"),
    ("start:", "nightly: 12:30\nstart:", 4, "nightly: must be text, not 750"),
    ("start:", "nightly: '2:00'\nstart:", 4, """nightly: '2:00' is not a time in quotes, such as "02:00\""""),
    ("start:", "nightly: '24:00'\nstart:", 4, "nightly: '24:00' is not a time in quotes"),
    ("name: mood", "name: no", 1, "name: must not be false; YAML reads yes, no, on and off"),
    ("bad: unhappy", "no: unhappy", 7, "must be text, not false"),
    ("bad: unhappy", "bad: off", 7, "answer.labels.bad: must be text, not false"),
    ("question: How does it feel?", "question: 5", 2, "question: must be text, not 5"),
    ("question: How does it feel?", "question:", 2, "question: must be text, not nothing"),
    ("question: How does it feel?", 'question: ""', 2, "question: must not be empty"),
    # keys
    (
        "budget: 40",
        "budgets: 40",
        12,
        "sampling.budgets: unknown key; allowed here: active_learning, budget, design, flagged, floor, minimum",
    ),
    ("budget: 40", "budget: 40, budget: 50", 12, "sampling.budget: is said on line 12 and on line 12; keep one"),
    ("start: 2026-01-05", "start: 2026-01-05\nname: mood", 5, "name: is said on line 1 and on line 5; keep one"),
    ("good: happy}", "good: happy, bad: sad}", 7, "answer.labels.bad: is said on line 7 and on line 7"),
    ("name: mood\n", "", 1, "name: is missing"),
    ("sampling: {budget: 40}\n", "", 1, "sampling: is missing"),
    ("sampling: {budget: 40}", "sampling: 40", 12, "sampling: must be keys with values, not 40"),
    ("drift:", "guidelines: read\ndrift:", 8, "guidelines: belongs in guidelines.md"),
    ("drift:", "kind: choice\ndrift:", 8, "kind: belongs under answer:"),
    ("name: mood", "Name: mood", 1, "Name: unknown key"),
    # the project
    (
        "sampling:",
        "truth: distribution\nduplicates: {ask_once: true}\nsampling:",
        13,
        "duplicates.ask_once: gives items the truth of others, but with truth: distribution it is each one's own",
    ),
    ("name: mood", "name: moods", 1, "name: is 'moods', but the folder is 'mood'"),
    ("name: mood", "name: Mood", 1, "name: 'Mood' is not lower-case letters, digits and _"),
    ("name: mood", "name: main", 1, "reserved by the lake"),
    ("start:", "timezone: Berlin\nstart:", 4, "timezone: not an IANA time zone"),
    ("start: 2026-01-05", "start: 0206-01-05", 4, "start: 0206-01-05 is not between 2000 and"),
    ("start:", "owners: [ann]\nstart:", 4, "owners.0: 'ann' is neither an e-mail address nor team:name"),
    ("start:", "owners: ['team:']\nstart:", 4, "owners.0: 'team:' is neither"),
    ("start:", "owners: [team:a, team:a]\nstart:", 4, "owners.1: 'team:a' is said twice"),
    ("start:", "owners: team:a\nstart:", 4, "owners: must be a list, such as [a, b], not 'team:a'"),
    ("start:", "truth: oracles\nstart:", 4, "truth: must be 'experts', 'annotators' or 'distribution', not 'oracles'"),
    ("start:", "truth: {is: oracles}\nstart:", 4, "truth: must be 'experts', 'annotators' or 'distribution'"),
    (
        "start:",
        "truth:\n  expires_after: soon\nstart:",
        5,
        "truth.expires_after: must be days, such as 180d, not 'soon'",
    ),
    ("start:", "truth:\n  expires_after: {web: 9d}\nstart:", 5, "truth.expires_after: 'web' is no slice; write attri"),
    ("start:", "truth:\n  cadence: weekly\nstart:", 5, "truth.cadence: must be 'monthly', not 'weekly'"),
    (
        "start:",
        "truth:\n  retire: [{where: x, why: y}]\nstart:",
        4,
        "retire is what the review of a month does; add cadence",
    ),
    ("start:", "truth:\n  cadence: monthly\n  retire: [{where: x}]\nstart:", 6, "truth.retire.0.why: is missing"),
    (
        "start:",
        "truth:\n  cadence: monthly\n  retire: [{where: x, why: y, category: bad}]\nstart:",
        6,
        "truth.retire.0.category: must be 'outdated', 'incorrect', 'duplicate' or 'private', not 'bad'",
    ),
    ("start:", "truth:\n  expires: 9d\nstart:", 5, "truth.expires: unknown key; allowed here: "),
    ("inbox/dt={day}", "inbox/{day}/{hour}", 3, "the only placeholder is {day}"),
    ("inbox/dt={day}", "gs://bucket/in", 3, "inbox: gs:// cannot be read; a folder can, and s3://bucket/prefix"),
    ("inbox/dt={day}", "s3://", 3, "inbox: 's3://' names no bucket"),
    ("inbox/dt={day}", "' inbox'", 3, "inbox: ' inbox' begins or ends with a space"),
    ("start:", "outcomes: {paid: fine}\nstart:", 4, "outcomes.paid: means no answer of this project: "),
    ("start:", "no_outcome: {after: 90d, means: good}\nstart:", 4, "no_outcome: waits for outcomes, and outcomes"),
    (
        "start:",
        "outcomes: {paid: good}\nno_outcome: {after: 90d, means: fine}\nstart:",
        5,
        "no_outcome.means: means no answer of this project: ",
    ),
    ("start:", "outcomes: {}\nno_outcome: {after: 3 months, means: good}\nstart:", 5, "after: must be days, such as"),
    # the answer
    ("kind: choice", "kind: choose", 6, "answer.kind: is 'choose'; known kinds: boxes, choice, choices"),
    ("kind: choice", "kind: [choice]", 6, "answer.kind: is ['choice']; known kinds"),
    ("  kind: choice\n", "", 5, "answer.kind: is None; known kinds"),
    ("labels: {bad", "label: {bad", 5, "answer.labels: is missing"),
    (LABELS, "{bad: unhappy}", 7, "answer.labels: has 1, and needs at least 2"),
    (LABELS, "[bad, good]", 7, "answer.labels: must be keys with values, not ['bad', 'good']"),
    (LABELS, "{good: a, Good: b}", 7, "'Good' and 'good' differ in case or space only"),
    (LABELS, "{very bad: a, very  bad: b}", 7, "'very  bad' and 'very bad' differ in case or space only"),
    (LABELS, "{good: a, 'bad ': b}", 7, "'bad ' begins or ends with a space"),
    (LABELS, "{good: a, '': b}", 7, "has no name"),
    (ANSWER, "kind: ordinal\n  scale: {low: l, LOW: h}", 7, "'LOW' and 'low' differ in case"),
    (ANSWER, "kind: number\n  minimum: 5\n  maximum: 1\n  unit: m", 5, "maximum (1.0) must be above minimum (5.0)"),
    ("drift:", "output: {path: a..b}\ndrift:", 8, "output.path: 'a..b' is no path: keys with dots between"),
    ("drift:", "output:\n  map:\n    yes: good\ndrift:", 9, "output.map: has the key true; YAML reads yes, no"),
    ("drift:", "output:\n  map:\n    1: goood\ndrift:", 10, "output.map.1: no answer: 'goood' is not one of bad, good"),
    ("drift:", "output: {number: true}\ndrift:", 8, "output.number: makes numbers of text"),
    ("drift:", "output: label\ndrift:", 8, "output: must be keys with values, not 'label'"),
    ("drift:", "output: {paths: a}\ndrift:", 8, "output.paths: unknown key; allowed here: casefold, map, number, path"),
    # what is shown
    ("drift:", "show: [{field: inputs.text}]\ndrift:", 8, "show.0.field: 'inputs.text' is no field of an item: input"),
    ("drift:", "show: [{field: input..text}]\ndrift:", 8, "show.0.field: 'input..text' is no path: keys with dots"),
    ("drift:", "show: [{field: ''}]\ndrift:", 8, "show.0.field: '' is no field of an item"),
    ("drift:", "show: {field: input}\ndrift:", 8, "show: must be a list, such as [a, b], not {'field': 'input'}"),
    ("drift:", "show:\n  - {field: input}\n  - {form: image}\ndrift:", 10, "show.1.field: is missing"),
    (
        "drift:",
        "show: [{field: input, form: html}]\ndrift:",
        8,
        "show.0.form: must be 'text', 'markdown', 'code'",
    ),
    (
        "drift:",
        "show: [{field: input, of: text}]\ndrift:",
        8,
        "show.0.of: unknown key; allowed here: field, form",
    ),
    ("drift:", "show:\n  - field: input\n  - field: output.a\ndrift:", 10, "show.1.field: is shown only where outputs"),
    (
        "drift:",
        "show: [{field: input, mark: true}]\ndrift:",
        8,
        "show.0.mark: this answer kind marks nothing",
    ),
    ("drift:", "show: [{field: input, side: left}]\ndrift:", 8, "show.0.side: must be 'first' or 'second', not 'left'"),
    (
        "drift:",
        "show: [{field: input, side: first}]\ndrift:",
        8,
        "side: is for the answer kind preference",
    ),
    (ANSWER, f"kind: spans\n  labels: {LABELS}\nshow: [field: input]", 8, "show: one entry needs mark: true"),
    (
        ANSWER,
        f"kind: spans\n  labels: {LABELS}\nshow: [{{field: input.a, mark: true}}, {{field: input.b, mark: true}}]",
        8,
        "show.1.mark: is said of another entry, too; places are marked in one",
    ),
    (
        ANSWER,
        f"kind: spans\n  labels: {LABELS}\nshow: [{{field: input, form: image, mark: true}}]",
        8,
        "show.0.form: what is marked must be shown as text or code, not as image",
    ),
    (
        ANSWER,
        f"kind: boxes\n  labels: {LABELS}\nshow: [{{field: input, mark: true}}]",
        8,
        "show.0.form: what is marked must be shown as image, not as text",
    ),
    (ANSWER, "kind: preference\nshow: [{field: input.a, side: first}]", 7, "show.0.side: no entry is the second side"),
    (
        ANSWER,
        "kind: preference\nshow:\n  - {field: input.a, side: first}\n  - {field: input.b, side: first}",
        9,
        "show.1.side: first is said of another entry, too; each side is one entry",
    ),
    (
        ANSWER,
        "kind: preference\nshow:\n  - {field: input.a, side: first}\n  - {field: input.b, side: second, heading: New}",
        9,
        "show.1.side: the two sides are headed A and B",
    ),
    (
        ANSWER,
        "kind: preference\nshow:\n  - {field: input.a, side: first}\n  - {field: input.b, side: second, form: code}",
        9,
        "show.1.side: second is shown as code, first as text, which tells them apart",
    ),
    # sampling
    ("budget: 40", "budget: none", 12, "sampling.budget: must be a whole number, not 'none'"),
    ("budget: 40", "budget: 2.5", 12, "sampling.budget: must be a whole number, not 2.5"),
    ("budget: 40", "budget: yes", 12, "sampling.budget: must not be true"),
    ("budget: 40", "budget: 0", 12, "sampling.budget: must be at least 1, and is 0"),
    *(
        ("budget: 40", f"budget: 40, design: {{quotas: {{{quotas}}}}}", 12, f"sampling.design.quotas{said}")
        for quotas, said in {
            "level: {hard: 60, easy: 50}": ".level: adds up to 110 per cent; give 100 at most",
            "level: {hard: 120}": ".level.hard: must be at most 100.0, and is 120",
            "level: {}": ".level: has 0, and needs at least 1",
            "a-b: {hard: 50}": ".a-b: 'a-b' is not the name of an attribute: letters, digits and _",
            "output: {fine: 50}": ".output.fine: is no answer of this project: 'fine' is not one of bad, good",
            "a: {b: 9, c: 9, d: 9}, b: {b: 9, c: 9}": ": a by b makes 12 cells, of which a score needs 4 events each, "
            "and the budget is 40: name fewer values, or raise it to 48",
        }.items()
    ),
    (
        "budget: 40",
        "budget: 40, design: {}",
        12,
        "sampling.design: says nothing: give quotas, eligible, or",
    ),
    ("budget: 40", "budget: 40, design: {eligible: {web: []}}", 12, "design.eligible.web: has 0, and needs at least 1"),
    ("budget: 40", "budget: 40, share: 10", 12, "sampling.share: must be at most 1"),
    ("budget: 40", "budget: 40, minimum_per_stratum: 50", 12, "50 of each stratum is more than the budget of all, 40"),
    # labeling
    ("overlap: 3", "overlap: three", 13, "labeling.overlap: must be a whole number, not 'three'"),
    ("overlap: 3", "overlap: 51", 13, "labeling.overlap: must be at most 50, and is 51"),
    ("overlap: 3", "overlap: 3, maximum: 5", 13, "give both of maximum and confidence, or neither"),
    ("overlap: 3", "overlap: 3, maximum: 3, confidence: .8", 13, "maximum (3) must be above overlap (3)"),
    ("overlap: 3", "overlap: 3, annotators: {pause: .8}", 13, "pause (0.8) is above watch (0.7)"),
    (
        "overlap: 3",
        "overlap: 3, language: input.lang",
        13,
        "language: 'input.lang' is not attributes.language",
    ),
    ("overlap: 3", "overlap: 3, cost: {expert: .inf}", 13, "labeling.cost.expert: must be a finite number, not inf"),
    ("overlap: 3", "overlap: 3, spot_check: 0.1", 13, "labeling: spot_check is now expert_check"),
    (
        "overlap: 3",
        "overlap: 3, honeypots: {share: .9}",
        13,
        "honeypots.share: must be at most 0.5, and is 0.9",
    ),
    ("overlap: 3", "overlap: 3, expert_check: {}", 13, "labeling.expert_check.budget: is missing"),
    (
        "overlap: 3",
        "overlap: 3, suggestions: perhaps",
        13,
        "suggestions: must be true or false, not 'perhaps'",
    ),
    # gates and benchmark
    ("benchmark:", "gates: {agreement: 1.5}\nbenchmark:", 14, "gates.agreement.pairs: must be at most 1.0, and is 1.5"),
    ("benchmark:", "gates: {agreement: high}\nbenchmark:", 14, "gates.agreement.pairs: must be a number, not 'high'"),
    ("benchmark:", "gates: {agreement: {kappa: 0.7}}\nbenchmark:", 14, "gates.agreement.kappa: unknown key; allowed"),
    (
        "benchmark:",
        "gates: {agreement: {}}\nbenchmark:",
        14,
        "gates.agreement: name exactly one of pairs, fleiss_kappa",
    ),
    (
        "benchmark:",
        "gates: {agreement: {fleiss_kappa: 0.7, gwet_ac1: 0.7}}\nbenchmark:",
        14,
        "gates.agreement: name exactly one of",
    ),
    (
        "benchmark:",
        "gates: {agreement: {icc: 0.7}}\nbenchmark:",
        14,
        "icc: is no coefficient of the answer kind choice",
    ),
    ("benchmark:", GATE % 85, 15, "gates.score.at_least: 85 is no accuracy, which lies between 0 and 1"),
    ("benchmark:", CANDIDATES % "margins: {speed: 1}", 14, "candidates.margins.speed: choice has no 'speed'"),
    ("benchmark:", CANDIDATES % "margins: {accuracy: -1}", 14, "candidates.margins.accuracy: "),
    (
        "benchmark:",
        CANDIDATES % "must_not_lose: [a=b]",
        14,
        "candidates.must_not_lose.0: 'a' is none of",
    ),
    ("benchmark:", GATE % "0.8, at_most: 0.9", 15, "gates.score: give exactly one of at_least and at_most"),
    ("benchmark:", GATE.replace("accuracy", "acuracy") % 0.8, 15, "gates.score.metric: choice has no 'acuracy'"),
    (
        "benchmark:",
        "gates:\n  score:\n    - {metric: accuracy, at_least: 0.8}\n"
        "    - {metric: accuracy, slice: channel=web, at_least: 0.7}\nbenchmark:",
        17,
        "gates.score.1.slice: 'channel' is none of benchmark.slices; add it there",
    ),
    (
        "benchmark:",
        "gates:\n  score:\n    - {metric: accuracy, at_least: 0.8}\n    - {metric: accuracy, at_most: 0.9}\nbenchmark:",
        17,
        "gates.score.1: 'accuracy of *' is said twice",
    ),
    ("benchmark:", GATE % "0.8, slize: a", 15, "gates.score.slize: unknown key"),
    ("[accuracy]", "[acuracy]", 15, "benchmark.metrics.0: choice has no 'acuracy', it offers accuracy, f1"),
    ("[accuracy]", "[accuracy, accuracy]", 15, "benchmark.metrics.1: 'accuracy' is said twice"),
    ("[accuracy]", "[]", 15, "benchmark.metrics: has 0, and needs at least 1"),
    ("[accuracy]", "[accuracy]\n  slices: [a.b]", 16, "benchmark.slices.0: 'a.b' is not the name of an attribute"),
    ("[accuracy]", "[accuracy]\n  slices: [a, a]", 16, "benchmark.slices.1: 'a' is said twice"),
]


VALUES = ["", " 1", " -1", " .nan", " yes", " null", " []", " {}", " [{}]", " 2026-13-01"]


def told(folder: Path) -> str:
    with pytest.raises(ProjectError) as caught:
        load_project(folder)
    return str(caught.value)


def says_so(folder: Path, line: int, says: str) -> None:
    """That a sentence of this line has these words, and none has words of the machinery."""
    message = told(folder)
    found = [one for one in message.splitlines() if says in one]
    assert found, message
    assert found[0].startswith(f"{folder / 'project.yaml'}:{line}: ")
    assert not JARGON.search(message.replace(str(folder), "")), message


@pytest.mark.parametrize(("old", "new", "line", "says"), WRONG, ids=lambda value: str(value)[:40])
def test_one_mistake_is_one_sentence_where_it_stands(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    says_so(write(tmp_path, GOOD.replace(old, new, 1)), line, says)


UNREAD = "gates: {invalid_outputs: 0.1}\nbenchmark:"
JUDGING = GOOD.replace("start:", "ask: about the output\nstart:").replace("[accuracy]", "[share of good]")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (
            "drift:",
            "output: {trim: true}\ndrift:",
            9,
            "output: reads outputs as answers, but with ask: about the output",
        ),
        (
            "overlap: 3",
            "overlap: 3, suggestions: true",
            14,
            "labeling.suggestions: shows the output as a suggested answer",
        ),
        (
            "sampling:",
            "duplicates: {ask_once: true}\nsampling:",
            13,
            "duplicates.ask_once: spares items that are nearly the same, but with ask: about the output each output is",
        ),
        (ANSWER, "kind: text", 4, "ask: of answers of the kind text no share and no mean can be told"),
        (
            "[share of good]",
            "[accuracy]",
            16,
            "a judgement by choice has no 'accuracy', it offers share of bad, share of",
        ),
        ("benchmark:", UNREAD, 15, "gates.invalid_outputs: is of outputs that are no answers"),
        (
            "about the output",
            "about outputs",
            4,
            "ask: must be 'about the input' or 'about the output', not 'about out",
        ),
        (
            "benchmark:",
            GATE.replace("accuracy", "share of bad") % 2,
            16,
            "2 is no share of bad, which lies between 0 and",
        ),
    ],
)
def test_so_are_those_of_projects_that_judge_outputs(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert load_project(write(tmp_path, JUDGING)).judges_outputs
    says_so(write(tmp_path, JUDGING.replace(old, new, 1)), line, says)


def test_there_are_more_than_sixty_two() -> None:
    assert len(WRONG) > 62


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name: mood\nquestion: \xff", ":2: not YAML in UTF-8"),
        (b"name: \0", ":1: not YAML"),
        (b"", ":1: must be a mapping"),
        (b"- mood", ":1: must be a mapping"),
        (b"mood", ":1: must be a mapping"),
        (b"[" * 3000, "nested too deeply"),
        (b"a: &a [*a]", "a: unknown key"),
        (
            b"a: &a [x,x,x,x,x,x,x,x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 8)) for c in range(97, 105)),
            "without aliases",
        ),
        (b"? [a, b]\n: c", "not YAML"),
        (b"1: 2", "a key that is no text"),
        (b"name: !!python/object:os.system {}", "not YAML"),
        (b"start: " + b"9" * 5000, "start: must be a date"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_files_that_are_no_declaration(tmp_path: Path, content: bytes, says: str) -> None:
    folder = write(tmp_path, GOOD)
    (folder / "project.yaml").write_bytes(content)
    assert says in told(folder)


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    (folder / "guidelines.md").unlink()
    (folder / "guidelines.md").mkdir()
    assert told(folder) == f"{folder / 'guidelines.md'}: is no file; put one in its place"


@given(st.data())
def test_whatever_a_line_becomes_is_a_declaration_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = GOOD.splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    key = lines[place].partition(":")[0]
    value = data.draw(st.sampled_from(VALUES))
    lines[place] = f"{key}:{value}"
    folder = write(tmp_path_factory.mktemp("any"), "\n".join(lines))
    try:
        load_project(folder)
    except ProjectError as error:
        assert re.match(r".*project\.yaml:\d+: ", str(error))  # noqa: PT017 - either will do
