"""Reading `projects/<name>/project.yaml` and its guidelines; every mistake is named with its file and line."""

from gt_platform.declaration.document import Document
from gt_platform.declaration.reading import Declaration, load_project, load_projects, read

__all__ = ["Declaration", "Document", "load_project", "load_projects", "read"]
