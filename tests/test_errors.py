"""The tree of errors is drawn as it is, and everything the platform raises on purpose hangs in it."""

import ast
import importlib
import re

from gt_platform import errors
from tests.test_architecture import module_of, sources

OUTCOMES = {"Rejected"}  # of reading a record, not errors


def defined() -> set[tuple[str, str]]:
    """Module and name of every exception class of the product, by the names of their bases."""
    found: set[tuple[str, str]] = set()
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.ClassDef) and any(re.search(r"(Error|Exception|Warning)$", base) for base in bases):
                found.add((module_of(file), node.name))
    return found


def drawn(kind: type[Exception], depth: int = 0) -> list[tuple[int, str]]:
    below = sorted((sub for sub in kind.__subclasses__() if sub.__module__.startswith("gt_platform.")), key=by_name)
    return [(depth, kind.__name__), *(line for sub in below for line in drawn(sub, depth + 1))]


def by_name(kind: type) -> str:
    return kind.__name__.strip("_")


def test_the_tree_is_drawn_as_it_is_and_every_error_hangs_in_it() -> None:
    exceptions = defined()
    for module, _ in exceptions:
        importlib.import_module(module)
    tree = [
        (line.index(name) // 4, name)
        for line in str(errors.__doc__).splitlines()
        if re.match(r"GroundTruthError$|[│├└ ]", line)
        for name in [re.findall(r"\w+", line)[0]]
    ]
    assert tree == drawn(errors.GroundTruthError)
    assert {name for _, name in exceptions} - OUTCOMES <= {name for _, name in tree}
