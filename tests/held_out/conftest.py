"""The lake that a module's tests share."""

from tests.support.lakes import lake, new_store

__all__ = ["lake", "new_store"]
