"""What can be known of a whole declaration before anything runs. What only files or tables tell is not here."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from gt_platform.answers import AnswerKind, InvalidAnswerError, form_of
from gt_platform.answers.form import level_of
from gt_platform.metrics import Measuring, fitting, lacking
from gt_platform.project.candidates import Candidates
from gt_platform.project.declared import Mistake, Path
from gt_platform.project.design import design_mistakes
from gt_platform.project.duplicates import Duplicates
from gt_platform.project.labeling import Labeling
from gt_platform.project.outcomes import NoOutcome
from gt_platform.project.output import Output
from gt_platform.project.outputs import Outputs
from gt_platform.project.parts import Benchmark, Drift, Gates
from gt_platform.project.sampling import Sampling
from gt_platform.project.show import Show, show_mistakes
from gt_platform.stats.agreement.named import NAMED

TIMES = ("hour", "weekday", "age")
EARLIEST = 2000  # a year before it is a slip of the finger
OWNER = re.compile(r"team:\S.*|[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class Whole(Protocol):
    """What is looked at of a project."""

    @property
    def start(self) -> date: ...
    @property
    def owners(self) -> tuple[str, ...]: ...
    @property
    def inbox(self) -> str: ...
    @property
    def answer(self) -> dict[str, Any]: ...
    @property
    def answer_kind(self) -> AnswerKind: ...
    @property
    def measuring(self) -> Measuring: ...
    @property
    def outputs(self) -> Outputs: ...
    @property
    def show(self) -> tuple[Show, ...]: ...
    @property
    def judges_outputs(self) -> bool: ...
    @property
    def output(self) -> Output | None: ...
    @property
    def labeling(self) -> Labeling: ...
    @property
    def truth(self) -> str: ...
    @property
    def outcomes(self) -> Mapping[str, Any]: ...
    @property
    def no_outcome(self) -> NoOutcome | None: ...
    @property
    def duplicates(self) -> Duplicates: ...
    @property
    def drift(self) -> Drift: ...
    @property
    def sampling(self) -> Sampling: ...
    @property
    def gates(self) -> Gates: ...
    @property
    def benchmark(self) -> Benchmark: ...
    @property
    def candidates(self) -> Candidates: ...


def inconsistencies(project: Whole) -> list[Mistake]:
    """Every mistake that lies between parts of a declaration which are right by themselves."""
    return [
        Mistake(path=path, said=said)
        for found in (
            _dates,
            _owners,
            _inbox,
            _output,
            _show,
            _judged,
            _outcomes,
            _asked_once,
            _columns,
            _metrics,
            _gate,
            _candidates,
            _agreement,
            _sampling,
        )
        for path, said in found(project)
    ]


def alike(answer: Mapping[str, Any], path: Path = ()) -> Iterator[Mistake]:
    """Names within an answer's schema that people cannot tell apart, or that no file spells as they are."""
    for key, value in answer.items():
        if isinstance(value, Mapping):
            names = [name for name in value if isinstance(name, str)]
            yield from (Mistake(path=(*path, key, name), said=said) for name, said in _alike(names))
            yield from alike(value, (*path, key))
        elif (
            isinstance(value, Sequence) and all(isinstance(name, str) for name in value) and not isinstance(value, str)
        ):
            yield from (Mistake(path=(*path, key), said=said) for _, said in _alike(value))


def _alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for name in names:
        plain = " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
        if not plain:
            yield name, "has no name"
        elif name != name.strip():
            yield name, f"{name!r} begins or ends with a space, which nobody sees"
        elif plain in seen:
            yield name, f"{name!r} and {seen[plain]!r} differ in case or space only; annotators cannot tell them apart"
        seen.setdefault(plain, name)


def _dates(project: Whole) -> Iterator[tuple[Path, str]]:
    latest = datetime.now(UTC).date().year + 1
    for path, day in _days(project):
        if not EARLIEST <= day.year <= latest:
            yield path, f"{day} is not between {EARLIEST} and {latest}; is the year right?"
    first = project.drift.reference.first
    if first is not None and first < project.start:
        said = f"{first} is before the project starts, on {project.start}: no frame has it"
        yield ("drift", "reference", "first"), said


def _days(project: Whole) -> Iterator[tuple[Path, date]]:
    yield ("start",), project.start
    for name in ("first", "last"):
        if (day := getattr(project.drift.reference, name)) is not None:
            yield ("drift", "reference", name), day


def _owners(project: Whole) -> Iterator[tuple[Path, str]]:
    for place, owner in enumerate(project.owners):
        if not OWNER.fullmatch(owner):
            yield ("owners", place), f"{owner!r} is neither an e-mail address nor team:name"
    yield from _repeated(("owners",), project.owners)


def _inbox(project: Whole) -> Iterator[tuple[Path, str]]:
    inbox = project.inbox
    scheme, separator, rest = inbox.partition("://")
    if inbox != inbox.strip():
        yield ("inbox",), f"{inbox!r} begins or ends with a space"
    elif separator and scheme != "s3":
        yield ("inbox",), f"{scheme}:// cannot be read; a folder can, and s3://bucket/prefix"
    elif separator and not re.match(r"[a-z0-9][a-z0-9.-]{2,}(/|$)", rest):
        yield ("inbox",), f"{inbox!r} names no bucket: s3://bucket/prefix"


def _output(project: Whole) -> Iterator[tuple[Path, str]]:
    return ((("output", *mistake.path), mistake.said) for mistake in project.outputs.mistakes())


def _show(project: Whole) -> Iterator[tuple[Path, str]]:
    found = show_mistakes(project.show, form_of(project.answer_kind), judged=project.judges_outputs)
    return ((("show", *mistake.path), mistake.said) for mistake in found)


def _judged(project: Whole) -> Iterator[tuple[Path, str]]:
    """What makes no sense where answers judge outputs."""
    if project.judges_outputs and project.output is not None:
        yield ("output",), "reads outputs as answers, but with ask: about the output they are judged; leave it out"
    if project.judges_outputs and project.labeling.suggestions:
        said = "shows the output as a suggested answer, but with ask: about the output that is what is judged"
        yield ("labeling", "suggestions"), said
    if project.judges_outputs and "invalid_outputs" in project.gates.model_fields_set:
        yield (
            ("gates", "invalid_outputs"),
            "is of outputs that are no answers; judged ones are not read as any; leave it out",
        )


def _outcomes(project: Whole) -> Iterator[tuple[Path, str]]:
    named: list[tuple[Path, Any]] = [(("outcomes", value), answer) for value, answer in project.outcomes.items()]
    if project.no_outcome:
        named.append((("no_outcome", "means"), project.no_outcome.means))
    for path, answer in named:
        try:
            project.answer_kind.validate(answer)
        except InvalidAnswerError as error:
            yield path, f"means no answer of this project: {error}"
    if project.no_outcome and not project.outcomes:
        yield ("no_outcome",), "waits for outcomes, and outcomes declares none that may come"


def _asked_once(project: Whole) -> Iterator[tuple[Path, str]]:
    """Where what is true of one item says nothing of one that is nearly the same."""
    path = ("duplicates", "ask_once")
    if project.duplicates.ask_once and project.judges_outputs:
        yield path, "spares items that are nearly the same, but with ask: about the output each output is judged itself"
    elif project.duplicates.ask_once and project.truth == "distribution":
        yield path, "gives items the truth of others, but with truth: distribution it is each one's own answers"


def _columns(project: Whole) -> Iterator[tuple[Path, str]]:
    columns = project.drift.columns
    for place, name in _again([column.name for column in columns]):
        yield ("drift", "columns", place, "name"), f"{name!r} is the name of another column, too"
    for place, column in enumerate(columns):
        if column.of == "confidence" and column.measure != "value":
            yield ("drift", "columns", place, "measure"), f"confidence is a number and has no {column.measure}"
        if column.of == "output" and column.measure in TIMES:
            said = f"an answer has no {column.measure}; name where in the output a time lies, such as output.created"
            yield ("drift", "columns", place, "measure"), said


def _metrics(project: Whole) -> Iterator[tuple[Path, str]]:
    offered = project.answer_kind.metrics()
    others = fitting(project.answer_kind)
    kind = f"a judgement by {project.answer['kind']}" if project.judges_outputs else project.answer["kind"]
    named: list[tuple[Path, str]] = [
        (("benchmark", "metrics", place), metric) for place, metric in enumerate(project.benchmark.metrics)
    ]
    named += [(("gates", "score", place, "metric"), gate.metric) for place, gate in enumerate(project.gates.score)]
    named += [(("candidates", "margins", metric), metric) for metric in project.candidates.margins]
    for path, metric in named:
        if metric not in offered and metric not in others:
            told = f"; `gt metrics` tells of {', '.join(others)}" if others else ""
            yield path, f"{kind} has no {metric!r}, it offers {', '.join(sorted(offered))}{told}"
        elif metric in others and (missing := lacking(others[metric])):
            yield path, missing
    yield from _repeated(("benchmark", "metrics"), project.benchmark.metrics)
    yield from _repeated(("benchmark", "slices"), project.benchmark.slices)


def _gate(project: Whole) -> Iterator[tuple[Path, str]]:
    for place, gate in enumerate(project.gates.score):
        path = ("gates", "score", place)
        low, high = project.measuring.bounds.get(gate.metric, (-math.inf, math.inf))
        for name in ("at_least", "at_most"):
            bound = getattr(gate, name)
            if bound is not None and not low <= bound <= high:
                yield (*path, name), f"{bound:g} is no {gate.metric}, which lies between {low:g} and {high:g}"
        attribute = gate.of.partition("=")[0]
        if gate.slice is not None and attribute not in project.benchmark.slices:
            yield (*path, "slice"), f"{attribute!r} is none of benchmark.slices; add it there"
    yield from _repeated(("gates", "score"), [f"{gate.metric} of {gate.of}" for gate in project.gates.score])


def _candidates(project: Whole) -> Iterator[tuple[Path, str]]:
    for place, slice_ in enumerate(project.candidates.must_not_lose):
        attribute = slice_.partition("=")[0]
        if attribute not in project.benchmark.slices:
            yield ("candidates", "must_not_lose", place), f"{attribute!r} is none of benchmark.slices; add it there"
    yield from _repeated(("candidates", "must_not_lose"), project.candidates.must_not_lose)


def _agreement(project: Whole) -> Iterator[tuple[Path, str]]:
    gate = project.gates.agreement
    if gate is None or gate.coefficient == "pairs":
        return
    level = level_of(form_of(project.answer_kind))
    known = NAMED[level] if level else {}
    if gate.coefficient not in known:
        others = ", ".join(["pairs", *known])
        said = f"is no coefficient of the answer kind {project.answer['kind']}, which has {others}"
        yield ("gates", "agreement", gate.coefficient), said


def _sampling(project: Whole) -> Iterator[tuple[Path, str]]:
    sampling = project.sampling
    if "minimum_per_stratum" in sampling.model_fields_set and sampling.minimum_per_stratum > sampling.budget:
        said = f"{sampling.minimum_per_stratum} of each stratum is more than the budget of all, {sampling.budget}"
        yield ("sampling", "minimum_per_stratum"), said
    if sampling.design is not None:
        for one in design_mistakes(sampling.design.quotas, project.outputs, judged=project.judges_outputs):
            yield ("sampling", "design", *one.path), one.said


def _repeated(path: Path, names: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for place, name in _again(names):
        yield (*path, place), f"{name!r} is said twice"


def _again(names: Sequence[str]) -> Iterator[tuple[int, str]]:
    return ((place, name) for place, name in enumerate(names) if name in names[:place])
