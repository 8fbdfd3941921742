"""Assigning and collecting on a real lake, with past annotations as the annotators."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from gt_platform.labeling import Submission, Unreadable, assign, collect, open_backend, waiting
from gt_platform.labeling.messages import Assignment
from gt_platform.lake import Store
from gt_platform.project import Project, ProjectError
from gt_platform.settings import Settings
from tests.support.sentiment import DAY, declare, event, put_assignment, put_events, put_sample, write_replay


class Handed:
    """A backend to which these answers were handed in."""

    def __init__(self, *came: Submission | Unreadable) -> None:
        self.came = came

    def send(self, _: Sequence[Assignment]) -> None:
        """Nothing to send."""

    def collect(self, _: Sequence[Assignment]) -> tuple[Submission | Unreadable, ...]:
        return self.came


def test_each_item_is_asked_overlap_times_however_often_it_occurs(
    store: Store, project: Project, tmp_path: Path
) -> None:
    rows = [event(1, "good"), event(2, "bad"), event(3, "good")]
    put_events(store, rows)
    put_sample(store, rows)
    write_replay(tmp_path, {"good": ["positive"] * 3, "bad": ["negative", "neutral"]})
    backend = open_backend(project, Settings(home=tmp_path))

    made = assign(store, project, DAY, backend=backend)
    assert (made.items, made.asked, made.assignments) == (2, 2, 6)
    assert assign(store, project, DAY, backend=backend).assignments == 0

    first = collect(store, project, backend=backend)
    assert (first.annotations, first.rejected, first.waiting) == (5, 0, 1)
    assert collect(store, project, backend=backend).annotations == 0
    answers = store.read("SELECT slot, annotator, answer FROM annotations JOIN assignments USING (assignment_id) "
                         "WHERE input = '\"bad\"' ORDER BY slot").rows()  # fmt: skip
    assert answers == [(1, "a1", '"negative"'), (2, "a2", '"neutral"')]


@pytest.mark.slow
def test_bad_answers_are_kept_as_rejections_and_the_first_good_one_stands(store: Store, project: Project) -> None:
    one, two, _ = put_assignment(store, project, "good")
    backend = Handed(
        Submission(assignment_id=one, annotator="ann", answer="happy"),
        Submission(assignment_id="made-up", annotator="ann", answer="positive"),
        Submission(assignment_id=one, annotator="ann", answer="positive"),
        Submission(assignment_id=one, annotator="ben", answer="negative"),
        Submission(assignment_id=two, annotator="ann", answer="positive"),
        Unreadable(raw="{", reason="json", detail="not JSON"),
    )
    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected) == (1, 5)
    assert store.read("SELECT annotator, answer FROM annotations").rows() == [("ann", '"positive"')]
    reasons = store.read("SELECT reason FROM rejections ORDER BY reason")["reason"].to_list()
    assert reasons == ["already_answered", "answer", "json", "same_annotator", "unknown_assignment"]
    before = store.digests()
    collect(store, project, backend=backend)
    assert store.digests() == before


@pytest.mark.slow
def test_waiting_tells_only_of_news(store: Store, project: Project) -> None:
    one, two, _ = put_assignment(store, project, "good")
    backend = Handed(
        Submission(assignment_id=one, annotator="ann", answer="positive"),
        Submission(assignment_id=one, annotator="ben", answer="what"),
    )
    news = waiting(store, project, backend)
    assert news is not None
    collect(store, project, backend=backend)
    assert waiting(store, project, backend) is None
    later = Handed(*backend.came, Submission(assignment_id=two, annotator="ben", answer="neutral"))
    assert waiting(store, project, later) not in {None, news}


def test_unknown_backend_and_bad_options_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        ProjectError,
        match=r"labeling.backend: is 'carrier_pigeon'; known backends: files, label_studio, replay, workbench",
    ):
        open_backend(declare(tmp_path, labeling={"backend": "carrier_pigeon"}), Settings(home=tmp_path))
    with pytest.raises(ProjectError, match=r"labeling\.options\.answers: is missing"):
        open_backend(declare(tmp_path, labeling={"backend": "replay"}), Settings(home=tmp_path))
