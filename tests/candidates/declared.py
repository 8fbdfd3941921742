"""The project of these tests in a file."""

from pathlib import Path

import yaml

from gt_platform.settings import Settings
from tests.support.sentiment import declare


def put_project(home: Path) -> Settings:
    """Declare it in a home."""
    folder = home / "projects" / "sentiment"
    folder.mkdir(parents=True)
    declared = declare(home).model_dump(mode="json", exclude={"guidelines"}, exclude_defaults=True)
    (folder / "project.yaml").write_text(yaml.safe_dump(declared))
    (folder / "guidelines.md").write_text("Read it twice.\n")
    return Settings(home=home, projects=home / "projects")
