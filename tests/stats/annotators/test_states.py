"""States decided on the bounds of an interval, each with its reason."""

import pytest

from gt_platform.stats.annotators import Evidence, Levels, Share, State, decide

LEVELS = Levels(pause=0.5, watch=0.7, minimum=10)


def share(low: float, value: float, high: float, n: int = 40) -> Share:
    """A share with its bounds."""
    return Share(value=value, low=low, high=high, n=n)


@pytest.mark.parametrize(
    ("evidence", "state", "reason"),
    [
        (Evidence(share=None, basis="none"), "onboarding", "0 of 10 answers to compare with anything"),
        (Evidence(share=share(0.1, 0.9, 1, 9), basis="truth"), "onboarding", "9 of 10 answers to units of known truth"),
        (Evidence(share=share(0.45, 0.6, 0.75), basis="truth"), "onboarding", "lower bound 0.45 is not yet 0.50"),
        (Evidence(share=share(0.5, 0.6, 0.75), basis="truth"), "active", "lower bound 0.50 reaches 0.50"),
        (Evidence(share=share(0.5, 0.6, 0.69), basis="truth"), "watched", "upper bound 0.69 is below 0.70"),
        (Evidence(share=share(0.3, 0.4, 0.49), basis="truth"), "paused", "upper bound 0.49 is below 0.50"),
        (Evidence(share=share(0.3, 0.4, 0.49), basis="others", median=0.6), "active", "lower bound 0.30 reaches 0.30"),
        (
            Evidence(share=share(0.3, 0.4, 0.49), basis="truth", median=0.6, relative=True),
            "active",
            "lower bound 0.30 reaches 0.30",
        ),
        (Evidence(share=share(0.8, 0.9, 0.95), basis="truth", one_answer="one answer"), "paused", "one answer"),
        (Evidence(share=None, basis="none", one_answer="one answer"), "paused", "one answer"),
        (
            Evidence(share=share(0.8, 0.9, 0.95), basis="truth", suspicion="shares mistakes"),
            "watched",
            "shares mistakes",
        ),
        (
            Evidence(share=share(0.1, 0.2, 0.3), basis="truth", suspicion="shares mistakes"),
            "paused",
            "upper bound 0.30 is below 0.50",
        ),
        (
            Evidence(share=share(0.1, 0.9, 1, 3), basis="truth", suspicion="shares mistakes"),
            "watched",
            "shares mistakes",
        ),
        (
            Evidence(share=share(0.45, 0.5, 0.55), basis="others", median=0.9, chance=0.5),
            "paused",
            "lower bound 0.45 is not above chance, 0.50",
        ),
        # as near to the peers as to chance: too little to tell
        (
            Evidence(share=share(0.45, 0.6, 0.75), basis="others", median=0.9, chance=0.5),
            "active",
            "lower bound 0.45 reaches 0.45",
        ),
    ],
)
def test_states(evidence: Evidence, state: State, reason: str) -> None:
    assert decide(evidence, LEVELS) == (state, reason)


@pytest.mark.parametrize("wrong", [{"pause": 0.8}, {"watch": 1.2}, {"minimum": 0}, {"pause": -0.1}])
def test_levels_out_of_order_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="need 0 <= pause <= watch <= 1 <= minimum"):
        Levels(**wrong)  # type: ignore[arg-type]
