"""What a project may declare about Label Studio, and what is said about the rest."""

from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling import Staffed, open_backend
from gt_platform.labeling.backends.label_studio.backend import LabelStudioBackend
from gt_platform.project import Project, ProjectError
from gt_platform.settings import Settings
from tests.support.label_studio import served_at
from tests.support.sentiment import declare

TRIO = ["ann@example.test", "ben@example.test", "cat@example.test"]


def project(home: Path, options: dict[str, Any], **labeling: Any) -> Project:
    return declare(home, labeling={"backend": "label_studio", "overlap": 3, "options": options, **labeling})


def opened(home: Path, options: dict[str, Any], **labeling: Any) -> LabelStudioBackend:
    with served_at("http://127.0.0.1:9", "t"):
        backend = open_backend(project(home, options, **labeling), Settings(home=home))
    assert isinstance(backend, LabelStudioBackend)
    return backend


def test_a_list_of_addresses_will_do(tmp_path: Path) -> None:
    backend = opened(tmp_path, {"annotators": TRIO})
    assert isinstance(backend, Staffed)
    assert [staff.email for staff in backend.setup.annotators.values()] == list(backend.setup.annotators) == TRIO
    assert backend.key == tmp_path.resolve() / "label_studio" / "key"


def test_people_have_names_and_abilities(tmp_path: Path) -> None:
    people = {
        "a-1": {"email": TRIO[0], "languages": ["de"], "skills": ["tax"]},
        TRIO[1]: {},
        TRIO[2]: {"active": False},
    }
    backend = opened(tmp_path, {"annotators": people, "reviewers": {"r-1": {"email": "rev@example.test"}}})
    assert backend.setup.annotators["a-1"].abilities == {"language:de", "skill:tax"}
    assert [staff.active for staff in backend.setup.annotators.values()] == [True, True, False]
    assert backend.setup.reviewers["r-1"].email == "rev@example.test"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"labeling\.options\.annotators: is missing"),
        ({"annotators": []}, r"annotators: has 0, and needs at least 1"),
        ({"annotators": ["ann", "ben", "cat"]}, "'ann' needs the address of an account"),
        ({"annotators": [*TRIO, "review"]}, "'review' needs the address"),
        ({"annotators": TRIO, "colour": 1}, "colour: unknown key; allowed here: annotators, key"),
        ({"annotators": TRIO[:2]}, "annotators: names 2, and an item may be asked of 3"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ProjectError, match=message):
        opened(tmp_path, options)


def test_adaptive_overlap_needs_people_for_its_maximum(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="names 3, and an item may be asked of 5"):
        opened(tmp_path, {"annotators": TRIO}, maximum=5, confidence=0.9)


def test_the_server_is_a_setting(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="set GT_LABEL_STUDIO_URL and GT_LABEL_STUDIO_TOKEN"):
        open_backend(project(tmp_path, {"annotators": TRIO}), Settings(home=tmp_path))
