"""Which frames are unfinished, as a refresh that dies after each of its stages leaves them."""

from pathlib import Path

from gt_platform import drift, feedback, labeling, sampling
from gt_platform.frames import unfinished
from gt_platform.platform import Platform
from tests.support.home import DAYS, make_home, small

FIRST = DAYS[0]


def test_a_frame_is_unfinished_until_its_sample_is_asked(tmp_path: Path) -> None:
    settings = make_home(tmp_path, days=DAYS[:1])
    project, platform = small(settings), Platform(settings)
    store = platform.store(project)
    assert unfinished(store, project) == []
    feedback.ingest(store, project, FIRST, inbox=platform.inbox(project), today=platform.today())
    assert unfinished(store, project) == [FIRST]
    drift.measure(store, project, FIRST, reports=platform.files)
    assert unfinished(store, project) == [FIRST]
    sampling.draw(store, project, FIRST)
    assert unfinished(store, project) == [FIRST]
    labeling.assign(store, project, FIRST, backend=platform.backend(project))
    assert unfinished(store, project) == []
    platform.close()
