"""Which guidelines there were: the text of each version, kept the first time it is seen."""

from collections.abc import Iterable
from datetime import UTC, datetime

from gt_platform.lake import Writer
from gt_platform.lake.tables import GUIDELINES
from gt_platform.project import guideline_version_of


def version_of(guidelines: str | None, otherwise: str) -> str:
    """The version of guidelines that came with something; `otherwise` where none did."""
    return otherwise if guidelines is None else guideline_version_of(guidelines)


def keep_guidelines(writer: Writer, texts: Iterable[str]) -> None:
    """Keep the texts that are not kept yet."""
    seen_at = datetime.now(UTC)
    rows = [{"guideline_version": guideline_version_of(text), "text": text, "seen_at": seen_at} for text in texts]
    writer.append(GUIDELINES, GUIDELINES.frame(rows))
