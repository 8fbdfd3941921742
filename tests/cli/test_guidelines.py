"""`gt guidelines`: the versions there were, and what one changed, in a home whose nights went by."""

import json
import shutil
from pathlib import Path

import pytest

from gt_platform.declaration import load_project
from tests.support.gt import Gt
from tests.support.world import NAME


def test_versions_are_listed_and_what_is_declared_now_is_held_against_one(
    refreshed: tuple[Gt, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gt, home = refreshed
    (version,) = json.loads(gt("guidelines", "-f", "json").output)
    assert (version["declared"], version["rules"], version["decisions"] > 0) == ("now", 0, True)
    assert "are the same" in gt("guidelines", "--from", version["version"][:6]).output
    folder = shutil.copytree(home / "projects", tmp_path / "projects") / NAME
    monkeypatch.setenv("GT_PROJECTS", str(folder.parent))
    (folder / "guidelines.yaml").write_text("rules: [{id: irony, definition: 'Praise, meant *otherwise*.'}]")
    _, now = json.loads(gt("guidelines", "-f", "json").output)
    assert (now["version"], now["declared"]) == (load_project(folder).guideline_version, "now")
    assert (now["rules"], now["seen_at"], now["decisions"]) == (1, None, 0)
    (added,) = json.loads(gt("guidelines", "--from", version["version"], "-f", "json").output)
    assert added == {"part": "irony", "change": "added", "line": "Definition: Praise, meant *otherwise*."}
    back = json.loads(gt("guidelines", "--from", "now", "--to", version["version"], "-f", "json").output)
    assert back == [added | {"change": "removed"}]
    effects = json.loads(gt("guidelines", "--from", version["version"], "--helped", "-f", "json").output)
    assert [(one["measure"], one["items"], one["verdict"]) for one in effects] == [
        ("pairs", 0, "insufficient evidence"), ("gwet_ac1", 0, "insufficient evidence"),
    ]  # fmt: skip
    assert "did the rules help?" in gt("guidelines", "--from", version["version"]).output
    refused = gt("guidelines", "--from", "now", "--to", version["version"], "--helped")
    assert "leave --to out" in refused.output


def test_a_version_that_there_is_not_is_named(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    found = gt("guidelines", "--from", "no such")
    assert "no version begins with 'no such'; `gt guidelines sentiment` lists them" in " ".join(found.output.split())
    assert found.exit_code == 1
    assert "no version begins with ''" in gt("guidelines", "--from", "").output
    assert "say from which version on" in gt("guidelines", "--to", "abc").output


def test_what_is_left_open_is_told_for_people_and_for_programs(refreshed: tuple[Gt, Path], tmp_path: Path) -> None:
    gt, _ = refreshed
    cases = json.loads(gt("agenda", "-f", "json").output)
    assert {one["kind"] for one in cases} == {"tie"}
    assert [one["topic"] for one in cases] == sorted(one["topic"] for one in cases)
    assert gt("agenda").output.count("open") == len({one["topic"] for one in cases})
    file = tmp_path / "agenda.md"
    assert f"{file}: " in gt("agenda", "--out", file).output.replace("\n", "")
    text = file.read_text("utf-8")
    assert all(f"`{one['case'][:12]}` tie, open" in text for one in cases)
    refused = gt("agenda", "--out", tmp_path / "nowhere" / "agenda.md")
    assert (refused.exit_code, "cannot be written" in refused.output) == (1, True)


def test_why_annotators_disagree_is_told_with_what_there_is_to_go_by(refreshed: tuple[Gt, Path]) -> None:
    gt, _ = refreshed
    found = json.loads(gt("disagreement", "-f", "json").output)
    assert {one["cause"] for one in found} == {"insufficient evidence"}
    assert all(one["points"] > 0 and one["items"] >= 1 and one["examples"] for one in found)
    said = " ".join(gt("disagreement").output.split())
    assert "Fleiss' kappa" in said
    assert "pairs of labels at odds" in said
