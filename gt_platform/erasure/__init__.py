"""Erasing people and items: content goes, and what proves the rest stays."""

from gt_platform.erasure.erase import Places, Told, erase, look
from gt_platform.erasure.errors import ErasureError
from gt_platform.erasure.subject import Subject

__all__ = ["ErasureError", "Places", "Subject", "Told", "erase", "look"]
