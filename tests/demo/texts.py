"""Made-up texts with ratings, as many as the demo's world needs."""

import random

from gt_platform.demo.dataset import RatedText
from gt_platform.demo.model import Output
from gt_platform.demo.traffic import AWAY, HOME


def texts() -> list[RatedText]:
    """4,100 tweets and 900 texts of each other domain, 15 ratings each."""
    rng = random.Random(7)
    return [
        RatedText(domain=domain, text=f"{domain} {number}", ratings=tuple(rng.randint(-4, 4) for _ in range(15)))
        for domain in (HOME, *AWAY)
        for number in range(4100 if domain == HOME else 900)
    ]


def model(text: str) -> Output:
    """Says positive about every second text."""
    return Output("positive" if int(text.split()[1]) % 2 else "negative", 0.75)
