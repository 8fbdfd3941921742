"""A gate's verdict as files that pipelines and pull requests show: people's texts are in neither, only ids."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gt_platform.benchmark import Gated
from gt_platform.cli.gated import MOST, SHOWN, headline, named, said, uncovered
from gt_platform.markdown import escaped

SIGNS = {"pass": "✅", "fail": "❌", "insufficient_evidence": "⚠️"}


def junit(found: Gated) -> str:
    """JUnit XML: a test case for each comparison that decides, and for each pinned item."""
    cases: list[tuple[str, str, str]] = [(named(one.row), one.decision, one.reason) for one in found.held]
    cases += [
        (f"pinned {one.item_id[:12]}", "pass" if one.right else "fail", f"{one.why}: it is wrong") for one in found.pins
    ]
    decisions = [decision for _, decision, _ in cases]
    counts = {"tests": len(cases), "failures": decisions.count("fail"), "errors": 0}
    counts |= {"skipped": decisions.count("insufficient_evidence")}
    texts = {name: str(count) for name, count in counts.items()}
    suites = Element("testsuites", texts)
    suite = SubElement(suites, "testsuite", {"name": f"{found.candidate} against {found.baseline}", **texts})
    for name, decision, reason in cases:
        case = SubElement(suite, "testcase", {"classname": found.candidate, "name": name})
        if decision != "pass":
            SubElement(case, "failure" if decision == "fail" else "skipped", {"message": reason})
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def markdown(found: Gated) -> str:
    """A summary: the verdict, what decides, which items changed."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Gated) -> Iterator[str]:
    yield from (f"### {SIGNS[found.verdict]} {escaped(headline(found))}", "")
    yield from ("| | difference | 95 % interval | n | margin | verdict |", "|---|---|---|---|---|---|")
    for one in found.held:
        row, bounds = one.row, "–"
        if row["low"] is not None:
            bounds = f"{row['low']:+.4f} to {row['high']:+.4f}"
        cells = (escaped(named(row)), f"{row['difference']:+.4f}", bounds, f"{row['n']:,}", f"{row['margin']:g}")
        yield f"| {' | '.join(cells)} | {SIGNS[one.decision]} {said(one.decision)} |"
    if needed := max((one.needed for one in found.held if one.needed), default=0):
        yield from ("", f"About {needed:,} more labels would decide it.")
    if found.missing:
        yield from ("", f"{found.missing:,} items have no prediction, and count as wrong.")
    if found.covered < MOST:
        yield from ("", uncovered(found))
    yield from _folded("Right to wrong", found, found.parted.lost)
    yield from _folded("Wrong to right", found, found.parted.gained)
    if found.pins:
        right = sum(one.right for one in found.pins)
        yield from ("", f"Pinned items: {right} of {len(found.pins)} right.")
        yield from (f"- ❌ `{one.item_id[:12]}` {escaped(one.why)}" for one in found.pins if not one.right)


def _folded(what: str, found: Gated, places: Sequence[int]) -> Iterator[str]:
    yield from ("", f"<details><summary>{what}: {len(places):,}</summary>", "")
    yield from (f"- {escaped(found.items[at])}" for at in places[:SHOWN])
    if len(places) > SHOWN:
        yield "- …"
    yield from ("", "</details>")
