"""An erasure that dies at a given point: `python -m tests.erasure.kill HOME MODULE NAME before|after`."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gt_platform.erasure import Subject, erase
from gt_platform.settings import Settings
from tests.erasure.world import ANN, Home, declared

KEY = "ab" * 32


def opened(home: Path) -> Home:
    """A home that was made before, with a key of everybody's."""
    settings = Settings(home=home, erasure_key=SecretStr(KEY))
    return Home(settings, declared(settings))


def run(home: Home) -> None:
    """Erase Ann."""
    erase(home.places, home.project, Subject(what="user", id=ANN), why="they asked", actor="lee")


def deadly(whole: Callable[..., Any], when: str) -> Callable[..., Any]:
    """The same, but that the process dies before or after it."""

    def die(*given: Any, **named: Any) -> None:
        if when == "after":
            whole(*given, **named)
        os._exit(9)

    return die


def main(home: str, module: str, name: str, when: str) -> None:
    """Erase, and die."""
    owner: Any = importlib.import_module(module)
    *above, last = name.split(".")
    for one in above:
        owner = getattr(owner, one)
    setattr(owner, last, deadly(getattr(owner, last), when))
    run(opened(Path(home)))


if __name__ == "__main__":
    main(*sys.argv[1:])
