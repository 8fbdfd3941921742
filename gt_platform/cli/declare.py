"""`gt init`: a commented project to start from."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from gt_platform.cli.app import UsageError, app, out, settings
from gt_platform.declaration import load_project
from gt_platform.project import NAME_PATTERN

TEMPLATES = Path(__file__).parent / "templates"
BACKENDS = ("workbench", "label_studio", "files")
METRICS = {
    "boxes": "[accuracy, f1, mean_iou]",
    "choice": "[accuracy, f1]",
    "choices": "[exact_match, jaccard, f1]",
    "number": "[absolute_error]",
    "ordinal": "[accuracy, absolute_error]",
    "preference": "[accuracy]",
    "ranking": "[kendall, top_1]",
    "rubric": "[accuracy, absolute_error]",
    "spans": "[accuracy, f1]",
    "text": "[exact_match, token_f1]",
}


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and _; also the lake schema.")],
    kind: Annotated[str, typer.Option(help=f"What an answer is: {', '.join(METRICS)}.")] = "choice",
    backend: Annotated[str, typer.Option(help=f"Where people answer: {', '.join(BACKENDS)}.")] = "workbench",
) -> None:
    """Write a commented project: `projects/NAME/project.yaml` and `guidelines.md`."""
    if kind not in METRICS:
        raise UsageError(f"--kind is {kind!r}; allowed: {', '.join(METRICS)}")
    if backend not in BACKENDS:
        raise UsageError(f"--backend is {backend!r}; allowed: {', '.join(BACKENDS)}")
    folder = settings().projects / name
    if folder.exists():
        raise UsageError(f"{folder} exists; choose another name or edit it")
    _refuse_bad(name)
    parts = {
        "ANSWER": (TEMPLATES / f"{kind}.yaml").read_text(encoding="utf-8").rstrip(),
        "LABELING": (TEMPLATES / f"backend_{backend}.yaml").read_text(encoding="utf-8").rstrip(),
    }
    declared = _filled("project.yaml", **parts, NAME=name, METRICS=METRICS[kind])
    folder.mkdir(parents=True)
    (folder / "project.yaml").write_text(declared, encoding="utf-8")
    (folder / "guidelines.md").write_text(_filled("guidelines.md", NAME=name), encoding="utf-8")
    load_project(folder)
    out.print(
        f"{folder}: edit project.yaml and guidelines.md, put files into the inbox, then `gt refresh {name}`",
        soft_wrap=True,
    )


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
