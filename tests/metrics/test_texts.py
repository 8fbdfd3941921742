"""Metrics of texts are those of sacrebleu, rouge-score and jiwer."""

import logging
import subprocess
import sys

import pytest

from gt_platform.answers.text import Text
from gt_platform.metrics import Case, semantic
from gt_platform.metrics.rouge import scorer
from gt_platform.metrics.semantic import model
from tests.metrics.scoring import value

KIND = Text()
OUTPUTS = [
    "The cat sat on the mat, and it was happy.",
    "there is a dog in my garden",
    "It is raining in Berlin today",
    "He paid 1,200.50 euros for it!",
    "nothing at all",
    "die Katze sitzt auf der Matte",
]
TRUTHS = [
    "The cat sat on the mat and was happy.",
    "There is a big dog in the garden.",
    "It rains in Berlin today.",
    "He paid 1,200.50 euros for it.",
    "something else entirely",
    "Die Katze saß auf der Matte.",
]
PAIRS = list(zip(OUTPUTS, TRUTHS, strict=True))
SECOND = ["A cat sat on the mat and was glad.", "A dog is in my garden.", *TRUTHS[2:]]


def test_bleu_and_chrf_of_a_corpus() -> None:
    import sacrebleu

    assert value("bleu", KIND, PAIRS) == pytest.approx(sacrebleu.corpus_bleu(OUTPUTS, [TRUTHS]).score, abs=1e-9)
    assert value("chrf", KIND, PAIRS) == pytest.approx(sacrebleu.corpus_chrf(OUTPUTS, [TRUTHS]).score, abs=1e-9)
    pairs = [(said, [one, other]) for said, one, other in zip(OUTPUTS, TRUTHS, SECOND, strict=True)]
    of_two = sacrebleu.corpus_bleu(OUTPUTS, [TRUTHS, SECOND]).score
    assert value("bleu", KIND, pairs) == pytest.approx(of_two, abs=1e-9)
    of_two = sacrebleu.corpus_chrf(OUTPUTS, [TRUTHS, SECOND]).score
    assert value("chrf", KIND, pairs) == pytest.approx(of_two, abs=1e-9)


def test_orders_without_a_match_are_smoothed_and_nothing_is_worth_nothing() -> None:
    import sacrebleu

    said, true = ["a b x c d", "e f y g h"], ["a b z c d", "e f w g h"]
    known = sacrebleu.corpus_bleu(said, [true]).score
    assert value("bleu", KIND, list(zip(said, true, strict=True))) == pytest.approx(known, abs=1e-9)
    assert 0 < known < 40
    silent = [("", "a b c d e"), (None, "f g h i j")]
    assert (value("bleu", KIND, silent), value("chrf", KIND, silent)) == (0.0, 0.0)


def test_rouge() -> None:
    for name, kind in (("rouge_1", "rouge1"), ("rouge_2", "rouge2"), ("rouge_l", "rougeL")):
        found = [scorer(kind).score(true, said)[kind].fmeasure for said, true in PAIRS]
        assert value(name, KIND, PAIRS) == pytest.approx(sum(found) / len(found), abs=1e-9)
    assert value("rouge_1", KIND, [("", "a word"), (7, "a word")]) == 0.0


def test_the_library_of_rouge_closes_no_stream_that_was_put_in_the_place_of_standard_error() -> None:
    line = "import io, logging.config, sys; own = sys.stderr = io.StringIO()\n"
    line += "from gt_platform.metrics.rouge import scorer; scorer('rouge1'); sys.stderr = sys.__stderr__\n"
    line += "logging.config.dictConfig({'version': 1}); assert not own.closed"
    assert subprocess.run([sys.executable, "-c", line], check=False).returncode == 0


def test_similarity_is_of_what_texts_mean_and_a_registered_embedding_has_a_metric(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = logging.root.handlers[:], logging.root.level
    model.cache_clear()
    found = [model().similarity(said, true) for said, true in PAIRS]
    assert (logging.root.handlers[:], logging.root.level) == before
    assert value("semantic_similarity", KIND, PAIRS) == pytest.approx(sum(found) / len(found), abs=1e-6)
    great = "the film was great"
    assert value("semantic_similarity", KIND, [("a wonderful movie", [great, "the train is late"])]) > 0.7
    assert value("semantic_similarity", KIND, [("the train is late", great)]) < 0.1
    assert value("semantic_similarity", KIND, [("", great), (7, great)]) == 0.0
    asked: list[str] = []

    def lengths(texts: list[str]) -> list[list[float]]:
        asked.extend(texts)
        return [[float(len(one)), 1.0] for one in texts]

    monkeypatch.setattr(semantic, "embeddings", lambda: {"lengths": lengths})
    (metric,) = semantic.registered()
    assert metric.name == "semantic_similarity_lengths"
    same, other = (metric.shares(Case(kind=KIND, output=one, truth="abc"))["*"][0] for one in ("xyz", "x"))
    assert [same, other] == pytest.approx([1.0, 4 / 20**0.5])
    assert asked == ["xyz", "abc", "x"]


def test_error_rates() -> None:
    import jiwer

    assert value("wer", KIND, PAIRS) == pytest.approx(jiwer.wer(TRUTHS, OUTPUTS), abs=1e-9)
    assert value("cer", KIND, PAIRS) == pytest.approx(jiwer.cer(TRUTHS, OUTPUTS), abs=1e-9)
    assert value("wer", KIND, [("one two three", ["one", "one two four"])]) == pytest.approx(1 / 3)
    assert value("wer", KIND, [(None, "one two")]) == 1.0
