"""`gt init`: a commented project to start from."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, cast

import typer
import yaml
from pydantic import ValidationError

from gt_platform.answers import AnswerKind, kinds
from gt_platform.cli.app import UsageError, app, out, settings
from gt_platform.declaration import load_project
from gt_platform.labeling.base import backends  # the package of that name hides it in `labeling`
from gt_platform.project import NAME_PATTERN

TEMPLATES = Path(__file__).parent / "templates"
KINDS = sorted(file.stem for file in TEMPLATES.glob("answers/*.yaml"))
BACKENDS = sorted(file.stem for file in TEMPLATES.glob("backends/*.yaml"))


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _; also the lake schema.")],
    kind: Annotated[
        str, typer.Option(help=f"What an answer is: {', '.join(KINDS)}, or one you registered.")
    ] = "choice",
    backend: Annotated[
        str, typer.Option(help=f"Where annotators answer: {', '.join(BACKENDS)}, or one you registered.")
    ] = "workbench",
) -> None:
    """Write a commented project: `projects/NAME/project.yaml` and `guidelines.md`."""
    answer = _template("answers", "kind", kind, known=kinds())
    labeling = _template("backends", "backend", backend, known=backends())
    folder = settings().projects / name
    if folder.exists():
        raise UsageError(f"{folder} exists; choose another name or edit it")
    _refuse_bad(name)
    metrics = ", ".join(_kind(kind, answer).metrics())
    declared = _filled("project.yaml", ANSWER=answer, LABELING=labeling, NAME=name, METRICS=f"[{metrics}]")
    folder.mkdir(parents=True)
    (folder / "project.yaml").write_text(declared, encoding="utf-8")
    (folder / "guidelines.md").write_text(_filled("guidelines.md", NAME=name), encoding="utf-8")
    load_project(folder)
    out.print(
        f"{folder}: edit project.yaml and guidelines.md, put files into the inbox, then `gt refresh {name}`",
        soft_wrap=True,
    )


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


def _filled(template: str, **values: str) -> str:
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday() + 7)
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for placeholder, value in {**values, "START": str(monday), "LAST": str(monday + timedelta(days=6))}.items():
        text = text.replace(f"<{placeholder}>", value)
    return text


def _refuse_bad(name: str) -> None:
    if not re.match(NAME_PATTERN, name):
        raise UsageError(f"{name!r} cannot be a project's name: lower-case letters, digits and _, a letter first")
