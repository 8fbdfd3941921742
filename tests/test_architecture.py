"""The floors of the house, proved on the imports themselves: who may know whom, and how big things may be."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 300
LONGEST_ASSET = 15

# Each may import itself and what stands below it; parts on one floor do not know each other.
FLOORS: list[set[str]] = [
    {"canonical", "cells", "charts", "embeddings", "errors", "markdown", "waiting"},
    {"alive", "stats"},
    {"answers", "keys", "scratch"},
    {"metrics"},
    {"project", "settings", "records"},
    {"declaration", "formats", "lake", "signing"},
    {"likeness"},
    {"held_out"},
    {"feedback", "drift", "sampling", "labeling", "truth", "benchmark", "candidates", "watch"},
    {"checks", "declarations", "erasure", "evaluation", "exports", "frames", "installation", "platform"}
    | {"report", "unsettled"},
    {"monthly", "stages"},
    {"assets", "workbench"},
    {"backup", "sensors"},
    {"dagster_runs", "dagster_storage"},
    {"definitions", "dagster_home"},
    {"refresh"},
    {"demo"},
    {"cli"},
    {"command", "testing"},
]
KNOW_DAGSTER = {"assets", "sensors", "definitions", "dagster_home", "dagster_runs", "dagster_storage", "refresh"}
KNOWN_TO = {"evidently": {"drift"}, "sklearn": {"drift", "benchmark", "demo"}}
NAMED_IN_DAGSTER_YAML = {  # by these paths, in Dagster's own documentation
    "dagster._core.storage.event_log.SqliteEventLogStorage",
    "dagster._core.storage.runs.SqliteRunStorage",
    "dagster._core.launcher.CheckRunHealthResult",  # and these are what a RunLauncher is written against
    "dagster._core.launcher.LaunchRunContext",
    "dagster._core.launcher.WorkerStatus",
}


def sources() -> list[Path]:
    # the last two are links, which rglob starts from and does not follow
    folders = (ROOT / "gt_platform" / name for name in ("", "assets", "sensors"))
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def part_of(module: str) -> str | None:
    """The part of the house a dotted module belongs to; None for anything else, and for the bare package."""
    names = module.split(".")
    return names[1] if names[0] == "gt_platform" and len(names) > 1 else None


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path) -> Iterator[str]:
    """Every module a file imports, at its top or inside a function; relative ones and names of a package in full."""
    package = module_of(file) if file.name == "__init__.py" else module_of(file).rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def floor_of(part: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if part in floor)


def functions(file: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef))


def test_every_part_has_a_floor() -> None:
    parts = {part for file in sources() if (part := part_of(module_of(file)))}
    assert parts - set().union(*FLOORS) == set()


@pytest.mark.parametrize("file", sources(), ids=module_of)
def test_a_file_imports_only_what_stands_below_it(file: Path) -> None:
    mine = part_of(module_of(file))
    if mine is None:
        return
    others = {part for name in imports(file) if (part := part_of(name)) and part != mine}
    wrong = sorted(other for other in others if floor_of(other) >= floor_of(mine))
    assert wrong == [], f"{module_of(file)} must not know {wrong}"


def test_no_file_knows_one_that_knows_it() -> None:
    files = {module_of(file): file for file in sources()}
    known = {
        module: {other for name in imports(file) if (other := _file_named(name, files)) not in {None, module}}
        for module, file in files.items()
    }
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def _file_named(name: str, files: Mapping[str, Path]) -> str | None:
    """The module that an imported name is, or is taken from; None for other people's."""
    return next((module for module in (name, name.rpartition(".")[0]) if module in files), None)


def test_the_page_shows_these_floors() -> None:
    """`docs/architecture.md` draws them; after a change, put what this test expects between its two markers."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawn = page.partition("<!-- floors -->\n")[2].partition("<!-- /floors -->")[0]
    assert drawn == "```\n" + "\n".join(" · ".join(sorted(floor)) for floor in reversed(FLOORS)) + "\n```\n"


@pytest.mark.parametrize("file", sources(), ids=module_of)
def test_only_the_skin_knows_dagster_and_only_drift_knows_evidently(file: Path) -> None:
    mine = part_of(module_of(file))
    roots = {name.split(".")[0] for name in imports(file)}
    if mine not in KNOW_DAGSTER:
        assert {root for root in roots if root.startswith("dagster")} == set()
    assert {root for root, rooms in KNOWN_TO.items() if root in roots and mine not in rooms} == set()


def test_nothing_is_named_by_the_folder_its_link_leads_to() -> None:
    """`assets` and `sensors` are ours only in this checkout; anywhere else they are somebody's own modules."""
    files = [*sources(), *(ROOT / "tests").rglob("*.py")]
    outside = [
        module_of(file) for file in files for name in imports(file) if name.split(".")[0] in {"assets", "sensors"}
    ]
    assert outside == []


def test_heavy_libraries_are_imported_inside_functions() -> None:
    heavy = {"evidently", "sklearn", "scipy", "plotly", "pandas"}
    at_top = {
        (module_of(file), name)
        for file in sources()
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        if name.split(".")[0] in heavy
    }
    assert at_top == set()


def test_no_private_import_of_dagster() -> None:
    private = [(module_of(file), name) for file in sources() for name in imports(file) if name.startswith("dagster._")]
    assert [(module, name) for module, name in private if name not in NAMED_IN_DAGSTER_YAML] == []


def is_asset(function: ast.FunctionDef) -> bool:
    names = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
        if isinstance(node, (ast.Attribute, ast.Name))
    }
    return bool(names & {"asset", "multi_asset"})


def test_assets_are_thin_typed_and_explained() -> None:
    found = [function for file in (ROOT / "assets").glob("*.py") for function in functions(file) if is_asset(function)]
    assert len(found) == 6
    for function in found:
        first, last = function.body[0], function.body[-1]
        assert (last.end_lineno or last.lineno) - first.lineno + 1 <= LONGEST_ASSET, function.name
        assert function.returns is not None, function.name
        assert ast.get_docstring(function), function.name


def test_files_stay_small_and_named_for_what_they_hold() -> None:
    long = {
        module_of(file): lines
        for file in sources()
        if (lines := len(file.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}
    assert [file for file in sources() if file.stem in {"utils", "helpers", "common", "misc"}] == []
    undocumented = [
        module_of(file)
        for file in sources()
        if (text := file.read_text("utf-8")).strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert undocumented == []
