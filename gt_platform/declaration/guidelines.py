"""From a project's `guidelines.md` and `guidelines.yaml`, or one of them, to what annotators read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gt_platform.answers import AnswerKind
from gt_platform.declaration.document import Document, mapping, text_of
from gt_platform.project import Guidelines, ProjectError, mistakes
from gt_platform.project.guidelines import misfits, with_rules


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules with where they stand."""

    file: Path
    document: Document
    said: Guidelines


@dataclass(frozen=True, kw_only=True)
class Written:
    """Guidelines as annotators read them, and the rules in them where there are any."""

    text: str
    rules: Rules | None = None

    def parts(self) -> dict[str, Any]:
        """What a Project has of them."""
        ruled = {"rules": self.rules.said.rules, "changelog": self.rules.said.changelog} if self.rules else {}
        return {"guidelines": self.text, **ruled}

    def refuse_misfits(self, kind: AnswerKind) -> None:
        """Raises ProjectError for rules that do not go with answers of this kind."""
        if self.rules and (wrong := list(misfits(self.rules.said.rules, kind))):
            raise ProjectError(self.rules.document.said(self.rules.file, wrong))


def read_guidelines(folder: Path) -> Written:
    """Read a project's guidelines. Raises ProjectError with every mistake on a line of its own."""
    prose, file = folder / "guidelines.md", folder / "guidelines.yaml"
    if not file.exists():
        return Written(text=text_of(prose))
    rules = _rules(file)
    text = text_of(prose) if prose.exists() else ""
    return Written(text=with_rules(text, rules.said.rules), rules=rules)


def _rules(file: Path) -> Rules:
    found = mapping(file)
    try:
        said = Guidelines.model_validate(found.content)
    except ValidationError as error:
        raise ProjectError(found.said(file, [*found.doubled, *mistakes(error, Guidelines)])) from None
    if found.doubled:
        raise ProjectError(found.said(file, found.doubled))
    return Rules(file=file, document=found, said=said)
