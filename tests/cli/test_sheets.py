"""Files as people and spreadsheets write them, to every command without a project: read, or refused with what helps.

Each case is a file, the words after the command, and what is said. How bytes become rows is in test_decoding.py.
"""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.support.sheets import GOOD, LABELS, Run, gt_among_sheets, said


@pytest.fixture
def gt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    return gt_among_sheets(tmp_path, monkeypatch)


def swapped(text: str, **labels: str) -> str:
    """The text with labels written otherwise, in the rows of the third annotator or of every third task."""
    lines = text.splitlines(keepends=True)
    for label, other in labels.items():
        lines = [line.replace(f"c,{label}\n", f"c,{other}\n") for line in lines]
    return "".join(lines)


WRONG: list[tuple[str, str]] = [
    (swapped(GOOD, yes="Yes"), "'Yes' and 'yes'; --spelling fold takes them as one"),
    (swapped(GOOD, yes=" yes"), "' yes' and 'yes'"),
    (swapped(GOOD, yes="yes\u200b"), "--spelling fold"),
    (swapped(GOOD, yes="ｙｅｓ"), "'ｙｅｓ'"),
    (swapped(GOOD, yes="'yes'"), "--spelling fold"),
    (GOOD.replace("yes", "1").replace("c,1", "c,1.0"), "'1' and '1.0'"),
    (GOOD.replace("yes", "1").replace("c,1", "c,01"), "'01' and '1'"),
    *(
        (swapped(GOOD, no=mark), "looks like a mark of a missing answer: --na")
        for mark in ("NA", "n/a", "nan", "NaN", "None", "null", "-", "?", "<NA>")
    ),
    (swapped(GOOD, no='"[""yes"", ""no""]"'), "is a list and would be taken as one label"),
    (swapped(GOOD, no="\"['yes', 'no']\""), "is a list and would be taken as one label"),
    (swapped(GOOD, no='"yes, no"'), "'yes, no' is a list"),
    (swapped(GOOD, no="yes|no"), "'yes|no' is a list"),
    (swapped(GOOD, no='"{""no"": 1}"'), "and would be taken as one label"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_every_command_refuses_labels_that_cannot_be_meant(gt: Run, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "odd.csv").write_text(text)
    for name, left_out in (("truth", "bc"), ("one", "ab")):
        mine = [line for line in text.splitlines() if not any(f",{who}," in line for who in left_out)]
        one_each = [line.replace("worker,", "").replace(",c,", ",").replace(",a,", ",") for line in mine]
        (tmp_path / f"{name}.csv").write_text("\n".join(one_each))
    for words in (
        ("settle", "odd.csv"),
        ("agreement", "odd.csv"),
        ("compare", "truth.csv", "one.csv", "--truth", "truth.csv"),
    ):
        told = gt(*words)
        assert told.exit_code == 3, told.output
        assert says in said(told)


def test_none_may_be_a_label_and_is_said_to_count_as_one(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(GOOD.replace(",no", ",none"))
    for command in ("settle", "agreement"):
        assert "'none' counts as a label; --na none" in said(gt(command, "odd.csv"))
        assert "counts as a label" not in said(gt(command, "odd.csv", "--labels", "yes,none"))


def test_labels_can_be_taken_as_they_are_written(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(swapped(swapped(GOOD, yes="Yes"), no="NA"))
    for command in ("settle", "agreement"):
        assert gt(command, "odd.csv", "--spelling", "exact").exit_code == 0


def test_kinds_for_which_labels_are_the_same_or_lists_are_not_stopped(gt: Run, tmp_path: Path) -> None:
    for kind, one, other in (
        ("number", "1", "1.0"),
        ("text", "A cat", "a cat"),
        ("text", "Paris", '"Paris, London"'),
        ("choices", '"[""a"", ""b""]"', "a|b"),
    ):
        rows = "".join(f"t{task},{who},{one if who < 'c' else other}\n" for task in range(4) for who in "abc")
        (tmp_path / "odd.csv").write_text(f"task,worker,label\n{rows}")
        told = gt("settle", "odd.csv", "--kind", kind)
        assert told.exit_code == 0, told.output
        assert "4 of 4 tasks settled" in said(told)
    assert gt("agreement", "odd.csv", "--level", "interval").exit_code == 3


def test_a_list_with_another_mark_is_no_single_choice(gt: Run, tmp_path: Path) -> None:
    """`b` stands nowhere alone, yet choices are several by their kind; of one choice `yes, partly` may be a label."""
    rows = "".join(f"t{at},{who},{'a' if at % 2 else chr(34) + 'a, b' + chr(34)}\n" for at in range(8) for who in "abc")
    (tmp_path / "odd.csv").write_text(f"task,worker,label\n{rows}")
    told = gt("settle", "odd.csv", "--kind", "choices")
    assert (told.exit_code, "'a, b' is a list" in said(told)) == (3, True), told.output
    assert gt("settle", "odd.csv").exit_code == 0
    assert gt("settle", "odd.csv", "--kind", "choices", "--split", ",").exit_code == 0


def test_steps_in_words_are_compared_with_their_order(gt: Run) -> None:
    files = ("compare", "labels.csv", "labels.csv", "--truth", "labels.csv", "--kind", "ordinal")
    assert "--order names them" in said(gt(*files))
    assert "right to wrong: 0" in said(gt(*files, "--order", "no,maybe,yes"))
    assert "--level ordinal weighs how far" in said(gt("agreement", "good.csv", "--order", "no,maybe,yes"))


def test_what_is_meant_can_be_said(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(swapped(swapped(GOOD, yes="Yes "), no="n/a"))
    told = gt("settle", "odd.csv", "--na", "n/a,-", "--spelling", "fold", "-o", "truth.csv")
    assert told.exit_code == 0, told.output
    assert "'Yes ' count as 'yes'" in said(told)
    assert "unanswered (rows without a label), left out: 3" in said(told)
    votes = [json.loads(text) for text in pl.read_csv(tmp_path / "truth.csv")["votes"]]
    assert votes[:2] == [{"no": 2}, {"yes": 3}]
    mapped = gt("settle", "odd.csv", "--na", "n/a", "--map", "Yes=yes", "-o", "mapped.csv")
    assert (tmp_path / "mapped.csv").read_text() == (tmp_path / "truth.csv").read_text(), mapped.output


def test_nobody_answered_is_a_row_of_its_own(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(GOOD + "left,a,\nleft,b, \n")
    assert "1 to adjudicate: nobody answered" in said(gt("settle", "odd.csv", "-o", "truth.csv"))
    row = pl.read_csv(tmp_path / "truth.csv").row(by_predicate=pl.col("task") == "left", named=True)
    assert (row["label"], row["status"], row["votes"]) == (None, "adjudicate", "{}")


GOLD: list[tuple[str, int, str]] = [
    ("task,label\nt1,yes\nt1,no\n", 3, "task 't1' has more than one label, 'yes' and 'no'"),
    ("task,label\nt1,yes\nt1,yes\n", 0, "1 rows say again what others say"),
    ("task,label\nx1,yes\n", 3, "no task is among those of good.csv"),
    ("task,label\nt01,yes\nt002,yes\n", 3, "task 't002' is 't2' in good.csv"),
    ("task,label\nT1,yes\n", 3, "task 'T1' is 't1' in good.csv"),
    ("task,label\nt1,yes\nelsewhere,no\n", 0, "1 of 2 tasks are not in good.csv"),
    ("task,label\nt1,Yes\n", 3, "'Yes' and 'yes'"),
    ("task,label\nt1,good\nt2,bad\n", 3, "nobody in good.csv gave any of its labels, 'bad', 'good'"),
    ("task,label\nt1,yes\nt2,maybe\n", 0, "labels that nobody in good.csv gave: 'maybe'"),
    ("task,label\nt1,yes\nt2,\n", 0, "1 tasks have no label, and tell nothing"),
    ("task,label\nt1,\n", 3, "no row has a label"),
]


@pytest.mark.parametrize(("gold", "code", "says"), GOLD)
def test_gold_that_matches_nothing_is_said_by_both(gt: Run, tmp_path: Path, gold: str, code: int, says: str) -> None:
    (tmp_path / "gold.csv").write_text(gold)
    for command in ("settle", "agreement"):
        told = gt(command, "good.csv", "--gold", "gold.csv")
        assert (told.exit_code, says in said(told)) == (code, True), told.output


PREDICTED: list[tuple[str, tuple[str, ...], int, str]] = [
    (LABELS.replace("yes", "Right").replace("no", "Wrong"), (), 3, "none of its labels is ever true"),
    (LABELS.replace("no", "nein"), (), 2, "'nein' never stands in labels.csv"),
    (LABELS.replace("no", "nein"), ("--map", "nein=no"), 2, "right to wrong: 0"),
    (LABELS.replace("t0,no", "t0,"), (), 2, "1 of 8 tasks have an empty label, which counts as wrong"),
    (LABELS.replace("t0,no", "t0,"), (), 2, "right to wrong: 1 (t0)"),
    (LABELS.replace("t0,no\n", ""), (), 2, "left out: 1 tasks"),
    ("task,label\n" + "".join(f"t{at},{at / 16}\n" for at in range(8)), (), 3, "none of its labels is ever true"),
]


@pytest.mark.parametrize(("text", "words", "code", "says"), PREDICTED)
def test_predictions_that_cannot_be_right(
    gt: Run, tmp_path: Path, text: str, words: tuple[str, ...], code: int, says: str
) -> None:
    (tmp_path / "new.csv").write_text(text)
    told = gt("compare", "labels.csv", "new.csv", "--truth", "labels.csv", *words)
    assert (told.exit_code, says in said(told)) == (code, True), told.output


def test_words_have_an_order_in_settle_too(gt: Run, tmp_path: Path) -> None:
    rows = "".join(f"t{task},{who},{'good' if who > 'a' else 'bad'}\n" for task in range(4) for who in "abc")
    (tmp_path / "odd.csv").write_text(f"task,worker,label\n{rows}")
    assert "--order names them, lowest first" in said(gt("settle", "odd.csv", "--kind", "ordinal"))
    told = gt("settle", "odd.csv", "--kind", "ordinal", "--order", "bad,fair,good")
    assert (told.exit_code, "4 of 4 tasks settled" in said(told)) == (0, True), told.output
    assert "labels of kind choice have none" in said(gt("settle", "odd.csv", "--order", "bad,good"))


def test_spellings_of_preferences_rankings_and_lists_are_mapped(gt: Run, tmp_path: Path) -> None:
    for kind, label, words, settled in (
        ("preference", "model_a", ("--map", "model_a=first,model_b=second,tie (bothbad)=tie"), "first"),
        ("preference", "left", ("--map", "left=first", "--map", "right=second"), "first"),
        ("ranking", '"b, a, c"', ("--split", ","), '["b", "a", "c"]'),
        ("ranking", "b>a>c", (), '["b", "a", "c"]'),
        ("ranking", '"{""a"": 2, ""b"": 1, ""c"": 3}"', (), '["b", "a", "c"]'),
        ("choices", '"b; a"', ("--split", ";"), '["a", "b"]'),
    ):
        rows = "".join(f"t{task},{who},{label}\n" for task in range(4) for who in "abc")
        (tmp_path / "odd.csv").write_text(f"task,worker,label\n{rows}")
        told = gt("settle", "odd.csv", "--kind", kind, *words, "-o", "truth.csv", "--force")
        assert told.exit_code == 0, told.output
        assert pl.read_csv(tmp_path / "truth.csv")["label"].unique().to_list() == [settled]
    (tmp_path / "odd.csv").write_text("task,worker,label\nt,a,left\n")
    assert "--map" in said(gt("settle", "odd.csv", "--kind", "preference"))


def test_names_that_are_written_in_several_ways_are_said(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(GOOD.replace("t1,c", "t01,c").replace(",b,", ",B ,", 1))
    for command in ("settle", "agreement"):
        plain, folded = (said(gt(command, "odd.csv", *words)) for words in ((), ("--spelling", "fold")))
        assert "tasks that are written in several ways, 't01' and 't1', count as different" in plain
        assert "workers that are written in several ways, 'B ' and 'b', count as different" in plain
        assert ("9 tasks" in plain, "8 tasks" in folded) == (True, True)


def test_labels_that_are_only_ahead_are_no_truth(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(GOOD + "tie,a,yes\ntie,b,no\n")
    assert gt("settle", "odd.csv", "-o", "truth.csv").exit_code == 0
    (tmp_path / "new.csv").write_text(LABELS + "tie,yes\n")
    told = gt("compare", "labels.csv", "new.csv", "--truth", "truth.csv")
    assert "1 tasks wait for a ruling (status adjudicate)" in said(told)
    assert "right to wrong: 0" in said(told)


def test_people_who_cannot_be_told_apart_are_said(gt: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(
        GOOD.replace(",a,", ",anonymous,").replace(",b,", ",anonymous,").replace(",c,", ",anonymous,")
    )
    for command in ("settle", "agreement"):
        assert "all answers are by 'anonymous'" in said(gt(command, "odd.csv"))


def test_scores_are_compared_by_their_mean(gt: Run, tmp_path: Path) -> None:
    for name, shift in (("old", 0.0), ("new", 0.05)):
        rows = "".join(f"t{at},{at % 7 / 10 + shift * (at % 3)}\nt{at},{at % 7 / 10}\n" for at in range(60))
        (tmp_path / f"{name}.csv").write_text(f"task,label\n{rows}")
    told = gt("compare", "old.csv", "new.csv", "--scores", "-f", "jsonl")
    assert told.exit_code == 0, told.output
    row = json.loads(told.stdout)
    assert (row["metric"], row["difference_estimate"]) == ("mean score", pytest.approx(0.025))
    assert 0 < row["difference_low"] < 0.025 < row["difference_high"]
    assert "the mean of each task's counts" in told.stderr
    (tmp_path / "old.csv").write_text("task,label\nt1,good\n")
    assert "has the score 'good'" in said(gt("compare", "old.csv", "new.csv", "--scores"))


def test_weights_turn_a_gain_where_many_were_drawn_into_what_it_is(gt: Run, tmp_path: Path) -> None:
    rows = [(f"t{at:03}", at < 100) for at in range(200)]  # half of the sample is a tenth of the traffic
    (tmp_path / "truth.csv").write_text(
        "task,label,stands_for\n" + "".join(f"{t},yes,{1 if few else 9}\n" for t, few in rows)
    )
    old = "".join(f"{t},{'no' if few and at % 3 == 0 else 'yes'}\n" for at, (t, few) in enumerate(rows))
    new = "".join(f"{t},{'no' if not few and at % 5 == 0 else 'yes'}\n" for at, (t, few) in enumerate(rows))
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.csv").write_text(f"task,label\n{text}")
    files = ("compare", "old.csv", "new.csv", "--truth", "truth.csv", "-f", "jsonl")
    plain, weighed = gt(*files), gt(*files, "--weight", "stands_for")
    assert (plain.exit_code, json.loads(plain.stdout)["difference_estimate"]) == (0, pytest.approx((34 - 20) / 200))
    assert json.loads(weighed.stdout)["difference_estimate"] == pytest.approx((34 - 9 * 20) / 1000)
    assert weighed.exit_code == 1, weighed.output
