"""What is watched beside inputs and outputs: volume, feedback, calibration, prevalence, right and wrong."""

from gt_platform.lake.tables.columns import FRAME_DAY, Column, Table

DAILY_COUNTS = Table(
    "daily_counts",
    "How many events each day had of each model, of each output where answers are a few labels, and with each kind of "
    "feedback: what volume, feedback and the prevalence of answers are watched by.",
    ("frame_day", "counted", "of", "part"),
    (
        FRAME_DAY,
        Column("counted", "VARCHAR", "model, output or feedback"),
        Column(
            "of", "VARCHAR", "The model; the output as it is read; who gave which feedback, a thumb with its direction"
        ),
        Column(
            "part",
            "INTEGER",
            "Of outputs the band of confidence, 0 to 19, each .05 wide, -1 without one; of feedback the days from the "
            "event's day until the first of its kind came, 0 to 7; of models -1",
        ),
        Column("events", "BIGINT", "Events"),
        Column("read_as", "VARCHAR", "Digest of how outputs are read, and as which answers"),
    ),
)

WATCHES = Table(
    "watches",
    "Verdicts on each day beside those of `drift`: whether volume, the rate of feedback, the calibration of confidence "
    "and the prevalence of answers are as usual, and whether the model is right as often as before where inputs are "
    "alike. A day's verdict is made anew as labels and feedback on it come in.",
    ("frame_day", "watched", "of"),
    (
        FRAME_DAY,
        Column("watched", "VARCHAR", "volume, feedback_rate, calibration, label_shift or concept_drift"),
        Column("of", "VARCHAR", "The answer or the kind of feedback it is about, else '*'"),
        Column("verdict", "VARCHAR", "drift, no_drift, insufficient_evidence or reference"),
        Column(
            "estimate",
            "DOUBLE",
            "Events; the share of events with feedback; mean confidence less the share right; the answer's share of "
            "all events in truth; the headline metric among inputs like the reference's",
            nullable=True,
        ),
        Column("reference", "DOUBLE", "The same in the reference, or as it leads one to expect", nullable=True),
        Column("low", "DOUBLE", "Lower bound of the 95 % interval of estimate less reference", nullable=True),
        Column("high", "DOUBLE", "Upper bound of it; of volume both say what is usual", nullable=True),
        Column("p_value", "DOUBLE", "The chance of as large a difference as days and rows make", nullable=True),
        Column(
            "q_value", "DOUBLE", "The same after Benjamini-Hochberg over all that is watched so on a day", nullable=True
        ),
        Column("n", "BIGINT", "Events of the day, or labels of the window up to it"),
        Column("n_reference", "BIGINT", "Events, labels or days of the reference"),
        Column("since", "DATE", "First day of the window whose labels speak together, where they do", nullable=True),
        Column("method", "VARCHAR", "How it was estimated and tested", nullable=True),
        Column("detail", "VARCHAR", "What the verdict rests on, or why evidence is lacking", nullable=True),
        Column("inputs", "VARCHAR", "Digest of all it was made of: where that is the same, so is the verdict"),
    ),
)
