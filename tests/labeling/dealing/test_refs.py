"""References: opened by whoever has the key, in the place they were made for, and by nobody else."""

import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.labeling import BackendError
from gt_platform.labeling.dealing.refs import Ref, Sealer, item_digest, sealer

KEY = Sealer(bytes(32))
REFS = st.builds(
    Ref,
    what=st.sampled_from(["work", "honeypot", "case"]),
    id=st.text(st.characters(codec="ascii", min_codepoint=1), min_size=1, max_size=64),
    item=st.text().map(item_digest),
    slot=st.integers(0, 50),
)


@given(ref=REFS, place=st.text())
def test_a_reference_is_opened_in_its_place_only(ref: Ref, place: str) -> None:
    sealed = KEY.seal(ref, place)
    assert KEY.open(sealed, place) == ref
    assert KEY.seal(ref, place) == sealed
    assert KEY.open(sealed, f"{place}'s") is None
    assert Sealer(b"1" * 32).open(sealed, place) is None


@given(ref=REFS, at=st.integers(0), by=st.integers(1, 255))
def test_a_changed_reference_is_none(ref: Ref, at: int, by: int) -> None:
    sealed = KEY.seal(ref, "ann")
    at %= len(sealed)
    other = chr((ord(sealed[at]) + by) % 128)
    assert KEY.open(sealed[:at] + other + sealed[at + 1 :], "ann") in (None, ref)
    assert [KEY.open(text, "ann") for text in (sealed[:-4], "", "é", None, 7, f"{sealed}AAAA")] == [None] * 6


def test_work_and_honeypots_cannot_be_told_apart() -> None:
    item = item_digest("the same item")
    work = [KEY.seal(Ref(what="work", id=f"{number:032x}", item=item, slot=1), "ann") for number in range(500)]
    checks = [KEY.seal(Ref(what="honeypot", id=f"h{number}", item=item), "ann") for number in range(500)]
    assert {len(ref) for ref in work} == {len(ref) for ref in checks}
    assert len({*work, *checks}) == 1000
    assert not any("honeypot" in ref for ref in checks)
    for place in range(len(work[0]) - 1):
        one, other = (Counter(ref[place] for ref in refs) for refs in (work, checks))
        # each of 64 signs is expected 8 times in 500; the last one holds two bits only
        assert max(*one.values(), *other.values()) < 8 + 7 * math.sqrt(8)


def test_the_same_item_looks_different_to_everybody() -> None:
    ref = Ref(what="work", id="a", item=item_digest("x"), slot=1)
    assert len({KEY.seal(ref, place) for place in ("ann", "ben", "cat")}) == 3


def test_the_key_is_made_once_and_kept_secret(tmp_path: Path) -> None:
    file = tmp_path / "office" / "key"
    first = sealer(file)
    assert sealer(file) == first
    assert len(first.key) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert sealer(tmp_path / "other").fingerprint != first.fingerprint
    assert first.key.hex() not in first.fingerprint


@pytest.mark.parametrize("content", ["", "abc", "ff" * 31, "zz" * 32])
def test_a_broken_key_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(BackendError, match=r"key: .*the key of references"):
        sealer(file)


@pytest.mark.parametrize("name", ["", "x" * 65, "a\0b", "é" * 40])
def test_an_id_that_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(BackendError, match="is no id of 1 to 64 bytes"):
        KEY.seal(Ref(what="work", id=name, item=item_digest("x")), "ann")
