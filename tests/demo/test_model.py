import pytest

from gt_platform.demo.model import Output, load_model, output


@pytest.mark.parametrize(
    ("compound", "expected"),
    [
        (0.05, Output("positive", 0.525)),
        (0.0499, Output("neutral", 0.525)),
        (0.0, Output("neutral", 0.5)),
        (-0.0499, Output("neutral", 0.525)),
        (-0.05, Output("negative", 0.525)),
        (1.0, Output("positive", 1.0)),
    ],
)
def test_the_thresholds_are_those_of_its_authors(compound: float, expected: Output) -> None:
    assert output(compound) == expected


def test_the_real_model_answers() -> None:
    pytest.importorskip("vaderSentiment")
    model = load_model()
    assert model("I love this, it is great!").label == "positive"
    assert model("I hate this.").label == "negative"
    assert model("The door is blue.") == Output("neutral", 0.5)
