"""A whole installation in a folder, and back: the lake, the workbench's store, and the home."""

from gt_platform.backup.manifest import BackupError, Manifest
from gt_platform.backup.restoring import restore
from gt_platform.backup.taking import take

__all__ = ["BackupError", "Manifest", "restore", "take"]
