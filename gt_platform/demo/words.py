"""What the demo's report says: its texts, and the sentences that depend on the numbers."""

from gt_platform.charts import day_name
from gt_platform.demo.figures import Figure, Report
from gt_platform.demo.summary import Summary
from gt_platform.stats.agreement import Coefficient

WEEKS = (
    "The platform asks people about a few events a day, chosen with known probability, and says from their answers how "
    "often the model was right on all events. The diamond is how often it really was."
)
DAYS = (
    "A verdict on every watched column of every day. The first two weeks are the reference; thresholds come from how "
    "much its rows and its days differ by themselves, so that a quiet day stays quiet."
)
SLICES = "Where the score comes from: the model is good at home and poor elsewhere. Bold rows are all days."
FUNNEL = "A text that has its answers is not asked about again: sampled events that repeat it share its truth."
TRIALS = (
    "Three systems that would like to take the model's place were asked what they would have said, and held to the "
    "gate: in points of accuracy, on texts that none was trained on, with a margin of 3. The diamond is the true "
    "difference on all events."
)
NUMBERS = (
    (
        "Published score",
        "Share of all events on which the model is right, estimated from the sampled ones. Each counts for as many "
        "events as it stands for (the inverse of its inclusion probability, within its stratum). Right means: equal "
        "to what the expert would say. Of most texts only the majority of five annotators is known; what the expert "
        "says of a few, drawn by how annotators voted and what the model said, corrects the others of the same kind.",
    ),
    (
        "95% interval",
        "From the variance of both draws: of the texts that annotators were asked about, and of those the expert saw. "
        "Nineteen of twenty such intervals should hold the truth. Where the evidence is too thin for one, there is no "
        "score either.",
    ),
    (
        "Sampling, labels",
        "Half the interval's width if every label were right, and if every event had one. Squares add up, not widths: "
        "more events narrow the first, more expert checks the second.",
    ),
    (
        "Hidden gold",
        "Share of all events, labeled or not, whose output equals the mean of the human ratings that were given to "
        "no annotator, rounded to the nearest point of the scale. Except for the expert's texts, read for this page "
        "alone.",
    ),
    (
        "Naive mean",
        "Plain share of right answers among the labeled events, as if they were typical. They are not: the platform "
        "asks more often where the model is likely to be wrong. How far off that is depends on how strongly the design "
        "targets; here half the budget is spread evenly.",
    ),
    (
        "Drift",
        "Distance of a day's values from the reference, against the distances that chance makes at the same sizes "
        "(permutation), corrected for looking at several columns (Benjamini and Hochberg). A day is flagged when any "
        "column is; a week, when any of its days is.",
    ),
    (
        "Gate",
        "The project asks for an accuracy of at least 70%. It passes when the whole interval is above, fails when "
        "the whole interval is below, and otherwise says that the evidence is insufficient.",
    ),
)
REAL = (
    "The texts: tweets, Amazon reviews, film reviews and New York Times editorials, collected by Hutto and Gilbert "
    "(ICWSM 2014).",
    "The human ratings: 15 to 99 people rated each text, independently.",
    "The model: VADER 3.3.2 as its package ships it, and its outputs.",
    "The drift, and the loss of accuracy that comes with it.",
    "The code: every day went through the job that runs nightly in production.",
)
ARRANGED = (
    "The calendar: which text arrives on which day, the share of each channel, one text in twenty again.",
    "The end users: on one event in ten a human rating set aside plays the user, thumb down when it contradicts the "
    "model; three in ten of these arrive days later.",
    "The annotators: further ratings, handed out only for what the platform asks. The data are anonymous, so an "
    "annotator's name is a column.",
    "The expert: says of a text what all its other ratings come to, four times a night. Only of these is gold known.",
    "An answer is the sign of a rating. Gold needs a mean beyond half a point, so even a perfect majority of "
    "three differs from it by a point or two.",
    "Days pass as fast as the job runs.",
)
FOOTER = (
    "Made by gt demo. The same numbers are in report.json beside this file. Texts and ratings: C.J. Hutto and "
    "E. Gilbert, VADER, ICWSM 2014, in the source distribution of vaderSentiment 3.3.2 (MIT)."
)


def lede(report: Report, summary: Summary) -> str:
    """What happened, and what the page is about."""
    served = f"A sentiment model that was made for tweets serves {len(report.days)} days of traffic."
    shifted = (
        "From the fourth week on, product reviews, film reviews and newspaper editorials come in, and nobody tells the "
        "platform."
        if summary.days_after
        else f"Other domains come in on {day_name(summary.shift)}, which this run does not reach."
    )
    return f"{served} {shifted} This page compares what was published with the truth the platform never saw."


def headline(report: Report) -> str:
    """The story in a sentence, from the first and the last published week."""
    known = [week for week in report.weeks if week.score is not None]
    if len(known) < 2:
        return "Too few weeks were published to compare them."
    first, last = known[0], known[-1]
    moved = _points(last) - _points(first)
    verb = "fell from" if moved < 0 else "rose from" if moved > 0 else "stayed, from"
    return f"Accuracy {verb} {_points(first)}% to {_points(last)}% in {len(report.weeks)} weeks."


def tiles(report: Report, summary: Summary) -> list[tuple[str, str]]:
    """The four numbers on top, each with what it says."""
    funnel = report.funnel
    found = f" ({day_name(summary.first_flag)})" if summary.first_flag else ""
    return [
        (f"{summary.inside} of {summary.shown}", "intervals of weeks and slices hold the hidden gold"),
        (
            _flagged(summary),
            f"of the shift{found} drift was flagged, and on {summary.flagged_before} of the {summary.days_before} days "
            "before it",
        )
        if summary.days_after
        else (f"{summary.flagged_before} of {summary.days_before}", "days were flagged as drift; none of them had any"),
        (_distance(summary.production_error), "lies between a week's published score and the hidden gold, on average"),
        (
            f"{funnel.sampled / max(funnel.events, 1):.0%}",
            f"of the events were put to people: {funnel.sampled:,} of {funnel.events:,}",
        ),
    ]


def funnel(report: Report) -> list[tuple[str, int, str]]:
    """Each step with its count and what is counted."""
    counts = report.funnel
    return [
        ("served", counts.events, "events"),
        ("with feedback", counts.feedback, "thumbs"),
        ("sampled", counts.sampled, "events"),
        ("asked", counts.asked, f"texts, {counts.annotations:,} answers, which agree by {_kappa(report.kappa)}"),
        ("checked", counts.checked, "texts, by the expert, who had not seen those answers"),
        ("settled", counts.settled, f"texts; {counts.tied:,} tied, waiting for a ruling"),
        ("released", counts.released, f"texts, in release {counts.releases}"),
    ]


def closing(report: Report, summary: Summary) -> str:
    """The demo in one line."""
    shift = f"{_flagged(summary)} of the shift and on " if summary.days_after else ""
    return (
        f"{summary.inside} of {summary.shown} intervals hold the hidden gold; drift flagged on {shift}"
        f"{summary.flagged_before} of the {summary.days_before} days before{'' if shift else ' the shift'}; "
        f"{report.funnel.sampled:,} of {report.funnel.events:,} events put to people, who agree by "
        f"{_kappa(report.kappa)}.{verdicts(report)}"
    )


def verdicts(report: Report) -> str:
    """What the gate said of each candidate."""
    told = [f"{one.candidate} {one.verdict.replace('_', ' ')}" for one in report.trials]
    return f" At the gate: {', '.join(told)}." if told else ""


def _kappa(found: Coefficient) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "a Fleiss' kappa that so few do not tell"
    return f"a Fleiss' kappa of {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def _flagged(summary: Summary) -> str:
    return "no day" if summary.days_to_flag is None else f"day {summary.days_to_flag + 1}"


def _points(figure: Figure) -> int:
    return round(100 * (figure.score or 0))


def _distance(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} points"
