"""Releases as other tools read them: files in the layout of each, and repositories and databases that hold them.

A layout makes files of a release; a place takes them. Neither knows the other.
"""

from gt_platform.exports.handed import ExportError, Handed, handed
from gt_platform.exports.layouts import LAYOUTS, Files, Layout
from gt_platform.exports.places import write_files

__all__ = ["LAYOUTS", "ExportError", "Files", "Handed", "Layout", "handed", "write_files"]
