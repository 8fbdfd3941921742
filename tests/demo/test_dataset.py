import hashlib
from collections import Counter
from pathlib import Path

import pytest

from gt_platform.demo import dataset
from gt_platform.demo.dataset import DatasetError, RatedText, fetch, load, parse
from tests.demo.archives import write_archive


def test_texts_and_ratings_meet_by_id_whatever_their_order(tmp_path: Path) -> None:
    archive = write_archive(
        tmp_path,
        {
            "tweets": [("1", " so lucky ", "[4, -4, 0]"), ("2", "tab\there", "[1]")],
            "editorials": [("1_1", "clichés", "[-1, -2]")],
        },
    )
    assert parse(archive) == [
        RatedText(domain="tweets", text="so lucky", ratings=(4, -4, 0)),
        RatedText(domain="tweets", text="tab\there", ratings=(1,)),
        RatedText(domain="editorials", text="clichés", ratings=(-1, -2)),
    ]


def test_of_two_texts_with_the_same_words_the_first_stays(tmp_path: Path) -> None:
    rows = {"tweets": [("1", "enjoy !", "[1]"), ("2", " enjoy !", "[2]")], "amazon": [("1", "enjoy !", "[3]")]}
    assert parse(write_archive(tmp_path, rows)) == [RatedText(domain="tweets", text="enjoy !", ratings=(1,))]


@pytest.mark.parametrize("ratings", ["[5]", "[0.5]", "[true]", "1, 2", "{}", "[-1e9]"])
def test_ratings_off_the_scale_are_named(tmp_path: Path, ratings: str) -> None:
    with pytest.raises(DatasetError, match=r"tweets: the ratings of text '7' are not whole numbers from -4 to 4"):
        parse(write_archive(tmp_path, {"tweets": [("7", "x", ratings)]}))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tweets_GroundTruth.txt", b"1\t0.5", r"tweets_GroundTruth.txt, line 1: 2 columns, should be id, mean, text"),
        ("tweets_GroundTruth.txt", b"8\t0.5\tx", r"tweets: text '7' is only in one of its two files"),
    ],
)
def test_files_that_do_not_fit_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    archive = write_archive(tmp_path, {"tweets": [("7", "x", "[1]")]}, files={name: content})
    with pytest.raises(DatasetError, match=message):
        parse(archive)


def test_a_member_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = write_archive(tmp_path, {"tweets": [("7", "x", "[1]")]})
    monkeypatch.setattr(dataset, "LARGEST_MEMBER", 10)
    with pytest.raises(DatasetError, match="at most 10 bytes"):
        parse(archive)


def test_a_file_with_the_right_digest_needs_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = write_archive(tmp_path / "gt_platform", {"movies": [("1", "x", "[1]")]})
    monkeypatch.setattr(dataset, "SHA256", hashlib.sha256(archive.read_bytes()).hexdigest())
    monkeypatch.setattr(dataset, "_download", lambda _: pytest.fail("asked the index"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert load() == [RatedText(domain="movies", text="x", ratings=(1,))]


def test_without_a_network_one_message_says_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DatasetError) as caught:
        fetch(tmp_path / "cache")
    message = str(caught.value)
    assert "No matching distribution found for vaderSentiment==3.3.2" in message
    assert "PIP_INDEX_URL" in message
    assert str(tmp_path / "cache" / "vaderSentiment-3.3.2.tar.gz") in message
    assert f"sha256 {dataset.SHA256}" in message
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_file_with_a_wrong_digest_is_never_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(folder: Path) -> None:
        write_archive(folder, {})

    write_archive(tmp_path, {"tweets": [("7", "x", "[1]")]})
    monkeypatch.setattr(dataset, "_download", fake)
    with pytest.raises(DatasetError, match=r"what came has the digest [0-9a-f]{64}"):
        fetch(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatasetError, match=r"Not a directory; XDG_CACHE_HOME"):
        fetch(tmp_path / "file" / "cache")


def test_the_real_data_are_what_the_demo_counts_on() -> None:
    try:
        texts = load()
    except DatasetError as error:
        pytest.skip(str(error).splitlines()[0])
    # 84 of the 23,703 lines repeat the words of another
    assert Counter(text.domain for text in texts) == {
        "tweets": 4200,
        "amazon": 3697,
        "movies": 10603,
        "editorials": 5119,
    }
    assert (min(len(text.ratings) for text in texts), max(len(text.ratings) for text in texts)) == (15, 99)
