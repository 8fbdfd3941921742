"""`gt init`: a commented project to start from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer
import yaml
from pydantic import ValidationError

from gt_platform.answers import AnswerKind, judging, kinds
from gt_platform.cli.app import UsageError, app, out, settings
from gt_platform.declaration import load_project
from gt_platform.labeling.base import backends  # the package of that name hides it in `labeling`
from gt_platform.project import NAME_PATTERN

TEMPLATES = Path(__file__).parent / "templates"
KINDS = sorted(file.stem for file in TEMPLATES.glob("answers/*.yaml"))
JUDGEMENTS = sorted(file.stem for file in TEMPLATES.glob("judgements/*.yaml"))
BACKENDS = sorted(file.stem for file in TEMPLATES.glob("backends/*.yaml"))
About = Literal["input", "output"]
QUESTION = "question: What should the model have answered?   # what the expert reads above each item"
JUDGED = "question: What is to be said of this answer?   # what the expert reads above each input with its output"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Lines of a declaration: what is asked, what answers are, and the gate of what is measured."""

    question: str
    answer: str
    gate: str = "# score: {metric: mean, at_least: 4}   # judged on the interval's bound, never on the point"


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _; also the lake schema.")],
    kind: Annotated[
        str, typer.Option(help=f"What an answer is: {', '.join(KINDS)}, or one you registered.")
    ] = "choice",
    backend: Annotated[
        str, typer.Option(help=f"Where annotators answer: {', '.join(BACKENDS)}, or one you registered.")
    ] = "workbench",
    about: Annotated[
        About,
        typer.Option(
            help=f"What an answer is about: the input, or the output, which it judges ({', '.join(JUDGEMENTS)})."
        ),
    ] = "input",
) -> None:
    """Write a commented project: `projects/NAME/project.yaml` and `guidelines.md`, and events where they are judged."""
    asked = _asked(kind, about)
    labeling = _template("backends", "backend", backend, known=backends())
    folder = settings().projects / name
    if folder.exists():
        raise UsageError(f"{folder} exists; choose another name or edit it")
    _refuse_bad(name)
    metrics = yaml.safe_dump(_metrics(kind, asked, about), default_flow_style=True, width=float("inf")).strip()
    told = {"QUESTION": asked.question, "ANSWER": asked.answer, "SCORE": asked.gate, "METRICS": metrics}
    declared = _filled(_of(about, "project.yaml"), LABELING=labeling, NAME=name, **told)
    folder.mkdir(parents=True)
    (folder / "project.yaml").write_text(declared, encoding="utf-8")
    (folder / "guidelines.md").write_text(_filled(_read("guidelines.md"), NAME=name), encoding="utf-8")
    if about == "output":
        (folder / "example.jsonl").write_text(_filled(_events(kind)), encoding="utf-8")
    load_project(folder)
    out.print(
        f"{folder}: edit project.yaml and guidelines.md, put files into the inbox"
        f"{', such as example.jsonl,' if about == 'output' else ','} then `gt refresh {name}`",
        soft_wrap=True,
    )


def _asked(kind: str, about: About) -> _Asked:
    answer = _template("answers", "kind", kind, known=kinds())
    if about == "input":
        return _Asked(question=QUESTION, answer=answer)
    if kind in JUDGEMENTS:
        question, *lines, gate = _read(f"judgements/{kind}.yaml").splitlines()
        return _Asked(question=question, answer="\n".join(lines), gate=gate)
    if kind in KINDS or judging(_kind(kind, answer)) is None:
        raise UsageError(
            f"--kind {kind} makes no judgement of an output, which takes {', '.join(JUDGEMENTS)}: name one, or leave "
            "--about out"
        )
    return _Asked(question=JUDGED, answer=answer)


def _metrics(kind: str, asked: _Asked, about: About) -> list[str]:
    made = _kind(kind, asked.answer)
    judges = judging(made) if about == "output" else made
    return list((judges or made).metrics())


def _template(folder: str, key: str, name: str, *, known: Iterable[str]) -> str:
    """The commented section for a kind or a backend; for one that somebody registered, its name."""
    if name not in known:
        raise UsageError(f"--{key} is {name!r}; allowed: {', '.join(sorted(known))}")
    written = TEMPLATES / folder / f"{name}.yaml"
    if written.exists():
        return written.read_text(encoding="utf-8").rstrip()
    section = "answer" if key == "kind" else "labeling"
    return f"{section}:\n  {key}: {name}   # and what it needs to be told"


def _kind(name: str, answer: str) -> AnswerKind:
    declared = yaml.safe_load(answer)["answer"]
    try:
        made: Any = kinds()[name].model_validate({key: value for key, value in declared.items() if key != "kind"})
    except ValidationError as error:
        needed = ", ".join(str(part) for one in error.errors() for part in one["loc"])
        raise UsageError(f"--kind {name} needs {needed}: begin with another kind and change `answer` in it") from None
    return cast("AnswerKind", made)


def _read(template: str) -> str:
    return (TEMPLATES / template).read_text(encoding="utf-8")


def _events(kind: str) -> str:
    """Events whose outputs are what such a kind judges: one answer, or several side by side."""
    own = f"events/{kind}.jsonl"
    return _read(own if (TEMPLATES / own).exists() else "events/one.jsonl")


def _of(about: About, template: str) -> str:
    """A template without the lines that are for what is asked about the other, and without the marks of its own."""
    other = "<output>" if about == "input" else "<input>"
    lines = _read(template).splitlines(keepends=True)
    return "".join(line.removeprefix(f"<{about}>") for line in lines if not line.startswith(other))


def _filled(text: str, **values: str) -> str:
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday() + 7)
    for placeholder, value in {**values, "START": str(monday), "LAST": str(monday + timedelta(days=6))}.items():
        text = text.replace(f"<{placeholder}>", value)
    return text


def _refuse_bad(name: str) -> None:
    if not re.match(NAME_PATTERN, name):
        raise UsageError(f"{name!r} cannot be a project's name: lower-case letters, digits and _, a letter first")
