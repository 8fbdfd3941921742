"""The answer most like the others."""

import numpy as np
import pytest

from gt_platform.stats.consensus.medoid import medoid


def test_the_middle_of_three() -> None:
    likeness = np.array([[1.0, 0.8, 0.2], [0.8, 1.0, 0.6], [0.2, 0.6, 1.0]])
    first, mean = medoid(likeness)
    assert first.tolist() == [1]
    assert mean == pytest.approx(0.7)


def test_two_always_tie() -> None:
    first, mean = medoid(np.array([[1.0, 0.3], [0.3, 1.0]]))
    assert first.tolist() == [0, 1]
    assert mean == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("likeness", "said"),
    [
        ([[1.0]], "at least two"),
        ([[1.0, 0.2], [0.3, 1.0]], "symmetric"),
        ([[1.0, np.nan], [np.nan, 1.0]], "symmetric"),
        ([[1.0, 1.2], [1.2, 1.0]], "0 to 1"),
    ],
)
def test_bad_input_is_refused(likeness: list[list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        medoid(np.array(likeness))
