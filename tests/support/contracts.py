"""A contract held to something that is broken on purpose."""

import inspect
from pathlib import Path
from typing import Any

import pytest


def broken_promises(contract: type[Any], home: Path, promise: str = "test_") -> set[str]:
    """The names of the contract's tests that fail, of those that begin so, each run in a folder of its own."""
    return {name for name in dir(contract) if name.startswith(promise) and _fails(contract(), name, home / name)}


def _fails(held: Any, name: str, home: Path) -> bool:
    home.mkdir(parents=True)
    promise = getattr(held, name)
    try:
        promise(**({"tmp_path": home} if inspect.signature(promise).parameters else {}))
    except pytest.skip.Exception:
        return False
    except (Exception, pytest.fail.Exception):
        return True
    return False
