"""`gt guidelines`: which versions there were, and what one changed."""

from typing import Annotated

import polars as pl
import typer

from gt_platform.cli.app import Format, ProjectName, UsageError, app, out, project_named, store_of
from gt_platform.cli.guidelines_helped import HELPED, told
from gt_platform.cli.show import show
from gt_platform.labeling.helped import LEAST, Effect, effects
from gt_platform.labeling.leaked import leak
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.revised import revised, rules_in

VERSIONS = """
    SELECT g.guideline_version AS version, g.text, g.seen_at, count(d.item_id) AS decisions
    FROM guidelines g LEFT JOIN current_decisions d ON d.guideline_version = g.guideline_version
    GROUP BY ALL ORDER BY g.seen_at, version
"""
NOW = "now"
REVISION = {"part": pl.String, "change": pl.String, "line": pl.String}


@app.command()
def guidelines(
    project: ProjectName = None,
    first: Annotated[
        str | None, typer.Option("--from", help="A version, or how it begins: show what changed since.")
    ] = None,
    second: Annotated[str, typer.Option("--to", help="Up to which; what is declared now when not given.")] = NOW,
    helped: Annotated[bool, typer.Option("--helped", help="Whether rules helped, in place of what changed.")] = False,
    least: Annotated[float, typer.Option(help="The gain in agreement that a rule is for.", min=0, max=1)] = LEAST,
    layout: Format = "table",
) -> None:
    """The versions of a project's guidelines, or what changed from one to another, rule by rule, and whether it helped.

    A version is what annotators read: with another word, another rule or another order it is another one. Rules that
    changed up to now helped where annotators agree more than before on the same items of those that the rules touch.
    """
    if first is None and (second != NOW or helped):
        raise UsageError("say from which version on, too: --from VERSION; without it, the versions are listed")
    declared = project_named(project)
    with store_of(declared) as (_, store):
        versions = _versions(store, declared)
        if first is None:
            show(_listed(versions, declared), layout)
            return
        old, new = _named(versions, declared, first), _named(versions, declared, second)
        present = new["version"] == declared.guideline_version
        if helped and not present:
            raise UsageError("whom rules touch is declared of the guidelines of now alone: leave --to out")
        found = _helped(store, declared, old, least) if present and (helped or layout == "table") else []
    if not helped:
        _show_revised(old, new, layout)
    if helped or found:
        show(told(found, layout), layout, title=HELPED if layout == "table" else "")


def _helped(store: Store, project: Project, old: dict[str, str], least: float) -> list[Effect]:
    """Whether rules helped, and whether they changed more than they touch."""
    leaked = leak(store, project, old["text"])
    return [*effects(store, project, **old, least=least), *([leaked] if leaked else [])]


def _show_revised(old: dict[str, str], new: dict[str, str], layout: str) -> None:
    found = pl.DataFrame([vars(one) for one in revised(old["text"], new["text"])], schema=REVISION)
    if layout == "table" and found.is_empty():
        out.print(f"{old['version']} and {new['version']} are the same", markup=False, highlight=False)
        return
    show(found, layout, title=f"{old['version']} to {new['version']}" if layout == "table" else "")


def _versions(store: Store, project: Project) -> pl.DataFrame:
    """Those that the lake has, in the order in which it saw them, and what is declared now, seen or not."""
    kept = store.read(VERSIONS)
    if project.guideline_version in kept["version"]:
        return kept
    declared = {"version": project.guideline_version, "text": project.guidelines, "seen_at": None, "decisions": 0}
    return pl.concat([kept, pl.DataFrame([declared], schema=kept.schema)])


def _listed(versions: pl.DataFrame, project: Project) -> pl.DataFrame:
    return versions.select(
        "version",
        declared=pl.when(pl.col("version") == project.guideline_version).then(pl.lit(NOW)),
        rules=pl.Series([len(rules_in(text)) for text in versions["text"]], dtype=pl.Int64),
        characters=pl.col("text").str.len_chars(),
        decisions="decisions",
        seen_at="seen_at",
    )


def _named(versions: pl.DataFrame, project: Project, name: str) -> dict[str, str]:
    """The version of that name, of the only one that begins so. Raises UsageError."""
    wanted = project.guideline_version if name == NOW else name
    found = versions.filter(pl.col("version").str.starts_with(wanted)).select("version", "text").to_dicts()
    if len(found) != 1 or not wanted:
        few = "several versions begin" if len(found) > 1 else "no version begins"
        raise UsageError(f"{few} with {name!r}; `gt guidelines {project.name}` lists them")
    return found[0]
