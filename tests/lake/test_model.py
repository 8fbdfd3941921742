"""Any sequence of writes leaves what the same sequence leaves in a dictionary."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gt_platform.lake import KeyConflictError, Lake, Store
from gt_platform.lake.tables import ROW_SCORES
from tests.support.rows import DAY, rows

Row = tuple[date, float]
Model = dict[str, Row]

DAYS = [DAY, DAY + timedelta(days=1)]
FRAMES = st.dictionaries(
    st.sampled_from(["a", "b", "c", "é'\"\\"]), st.tuples(st.sampled_from(DAYS), st.sampled_from([0.0, 0.5, 1.0]))
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["append", "replace", "replace_day", "compact"]), FRAMES, st.sampled_from(DAYS)),
    max_size=6,
)


def expected(model: Model, kind: str, frame: Model, day: date) -> tuple[Model, int] | None:
    """The dictionary afterwards with the number of rows written or removed; None where it must be refused."""
    if kind == "compact":
        return model, 0
    kept = model if kind == "append" else {}
    if kind == "replace_day":
        kept = {key: row for key, row in model.items() if row[0] != day}
    if any(key in kept and kept[key] != row for key, row in frame.items()):
        return None
    after = kept | frame
    if kind == "append":
        return after, len(after) - len(model)
    return after, len(set(after.items()) - set(model.items())) + len(set(model.items()) - set(after.items()))


def apply(lake: Lake, store: Store, kind: str, frame: Model, day: date) -> int:
    given_rows = ({"event_id": key, "frame_day": row[0], "drift_score": row[1]} for key, row in frame.items())
    incoming = rows(ROW_SCORES, *given_rows)
    if kind == "compact":
        lake.compact()
        return 0
    if kind == "append":
        return store.commit(kind, lambda writer: writer.append(ROW_SCORES, incoming))
    scope = day if kind == "replace_day" else None
    return store.commit(kind, lambda writer: writer.replace(ROW_SCORES, incoming, day=scope))


def content(store: Store) -> Model:
    found = store.read("SELECT event_id, frame_day, drift_score FROM row_scores").rows()
    assert len({row[0] for row in found}) == len(found)
    return {event: (day, score) for event, day, score in found}


@given(steps=STEPS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_a_table_is_a_dictionary(lake: Lake, store: Store, steps: list[tuple[str, Model, date]]) -> None:
    apply(lake, store, "replace", {}, DAY)
    model: Model = {}
    for kind, drawn, day in steps:
        frame = {key: (day if kind == "replace_day" else row[0], row[1]) for key, row in drawn.items()}
        outcome = expected(model, kind, frame, day)
        if outcome is None:
            with pytest.raises(KeyConflictError):
                apply(lake, store, kind, frame, day)
        else:
            assert apply(lake, store, kind, frame, day) == outcome[1]
            model = outcome[0]
        assert content(store) == model
