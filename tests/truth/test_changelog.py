"""What a release changed, in sentences, by what decided it and by category."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform import truth
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from gt_platform.truth.changelog import changelog_of, told_of
from gt_platform.truth.corrections import Correction, correct
from gt_platform.truth.tags import promote, tag
from tests.support.atlas import golden
from tests.support.sentiment import declare, item_of


@pytest.fixture
def lake(lake_home: Path) -> Iterator[Lake]:
    """A lake whose first release is a golden set."""
    with Lake.open(Settings(home=lake_home)) as opened:
        golden(opened.store("sentiment"), declare(lake_home), lake_home, opened.files)
        yield opened


@pytest.mark.slow
def test_what_was_fixed_is_told_by_category(lake: Lake, tmp_path: Path) -> None:
    store, project = lake.store("sentiment"), declare(tmp_path)
    wrong = [Correction(item_of(city), '"negative"', "it rains there") for city in ("Oslo", "Paris", "Rome")]
    correct(store, project, wrong, actor="lee")
    truth.retire(store, project, [item_of("<b>Bonn</b>")], why="no longer asked", category="outdated", actor="lee")
    truth.release(store, project, bundles=lake.files)
    told = told_of(store, 2)
    assert "- Fixed 3 incorrect labels (geography 2, history \\*and\\* more 1)." in told
    assert "- Retired 1 outdated item." in told
    truth.restore(store, project, [item_of("<b>Bonn</b>")], why="asked again", actor="lee")
    truth.release(store, project, bundles=lake.files)
    assert told_of(store, 3).endswith("- Brought back 1 item.")


@pytest.mark.slow
def test_every_release_is_told_under_its_names(lake: Lake, tmp_path: Path) -> None:
    store, project = lake.store("sentiment"), declare(tmp_path)
    tag(store, "1", "v1.0", note="from the <atlas>", who="lee")
    promote(store, "1", "champion", who="lee")
    correct(store, project, [Correction(item_of("<b>Bonn</b>"), '"negative"', "fog")], actor="lee")
    truth.release(store, project, bundles=lake.files)
    told = changelog_of(store)
    assert told.startswith("# Changes\n\n## Release 2, ")
    assert "## Release 1 (v1.0, champion), " in told
    assert "> from the \\<atlas\\>" in told
    assert "- Imported 4 items (geography 2, history \\*and\\* more 1)." in told
    assert "- Fixed 1 incorrect label." in told
