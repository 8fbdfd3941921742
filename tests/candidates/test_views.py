"""What stands of candidates' predictions, and what is told of each candidate."""

from datetime import timedelta
from pathlib import Path

from gt_platform.lake import Lake, Writer
from gt_platform.lake.tables import PREDICTIONS, RUNS
from gt_platform.settings import Settings
from tests.support.rows import CLOCK, keyed, rows

ASKED = {"candidate": "v2", "item_id": "a", "repetition": 1}
FAILED = {"output": None, "error": "timeout"}


def test_an_answer_stands_whatever_came_after_it_and_the_last_failure_where_there_is_none(lake_home: Path) -> None:
    given = [
        ASKED | FAILED | {"attempt": 1},
        ASKED | {"attempt": 2, "output": '"yes"'},
        ASKED | FAILED | {"attempt": 3},
        ASKED | {"attempt": 1, "repetition": 2, "output": '"no"', "made_at": CLOCK + timedelta(1), "run_id": "second"},
        ASKED | FAILED | {"attempt": 1, "item_id": "b"},
        ASKED | {"attempt": 2, "item_id": "b", "output": None, "error": "refused"},
        ASKED | {"attempt": 1, "candidate": "v3", "output": '"yes"'},
    ]
    ledger = keyed(RUNS, "x", candidate="v2", meta='{"git":"old"}')
    second = keyed(RUNS, "second", candidate="v2", meta='{"git":"new"}')

    def work(writer: Writer) -> None:
        writer.append(PREDICTIONS, rows(PREDICTIONS, *given))
        writer.append(RUNS, ledger.vstack(second))

    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        store.commit("predictions", work)
        stands = "SELECT item_id, repetition, attempt, output, error FROM current_predictions WHERE candidate = 'v2'"
        assert sorted(store.read(stands).rows()) == [
            ("a", 1, 2, '"yes"', None), ("a", 2, 1, '"no"', None), ("b", 1, 2, None, "refused"),
        ]  # fmt: skip
        days = "last_made::DATE - first_made::DATE"
        asked = f"SELECT candidate, answered, failed, repetitions, {days}, meta FROM candidates"  # noqa: S608
        assert sorted(store.read(asked).rows()) == [
            ("v2", 1, 1, 2, 1, '{"git":"new"}'), ("v3", 1, 0, 1, 0, '{"git":"old"}'),
        ]  # fmt: skip
