"""The tables of `gt agreement`, for people. Names and labels are data: never read as markup."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from gt_platform.cli.app import out
from gt_platform.cli.judged import NUMERIC, Judged, in_words
from gt_platform.stats.agreement import Coefficient, LabelAgreement, PairAgreement
from gt_platform.stats.annotators import Deviation, NumberProfile, Profile, Share
from gt_platform.stats.intervals import MINIMUM_UNITS

NAMES = {
    "percent": "percent agreement",
    "alpha": "Krippendorff's alpha",
    "fleiss": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "ac2": "Gwet's AC2",
    "cohen": "Cohen's kappa",
    "cohen_linear": "Cohen's kappa, linear weights",
    "cohen_quadratic": "Cohen's kappa, quadratic weights",
    "icc_1": "ICC(1), one annotator",
    "icc_1k": "ICC(1,k), mean of annotators",
    "icc_2": "ICC(2), one annotator, agreement",
    "icc_3": "ICC(3), one annotator, consistency",
    "icc_2k": "ICC(2,k), mean, agreement",
    "icc_3k": "ICC(3,k), mean, consistency",
    "specific": "specific agreement",
}
STYLES = {"paused": "bold red", "watched": "yellow", "active": "green", "onboarding": "cyan"}
MEANINGS = {
    "nominal": "labels without an order",
    "ordinal": "labels in order",
    "interval": "numbers",
    "ratio": "numbers from 0",
}
RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff (2019): to rely on, and the least for tentative conclusions
THESE, ALIKE = "95 % interval,\nthese annotators", "95 % interval,\nannotators like these"
LONGEST_NAME = 24
SHOWN = 8  # labels named in a sentence


def print_report(
    given: Judged,
    overall: Sequence[Coefficient],
    by_slice: dict[str, tuple[Coefficient, ...]],
    by_label: Sequence[LabelAgreement],
    by_pair: Sequence[PairAgreement],
    annotators: Sequence[Profile | NumberProfile],
    top: int,
) -> None:
    """Everything about a file of answers, the worst first, at most `top` pairs and annotators."""
    _print_head(given)
    _print_coefficients("agreement", overall)
    _print_reading(overall)
    for name, found in by_slice.items():
        _print_coefficients(f"where it is {name}", found)
    _print_labels(given, by_label)
    _print_pairs(given, by_pair, top)
    _print_annotators(given, annotators, top)
    _print_consistency(given, top)


def _print_head(given: Judged) -> None:
    several = f"{len(given.task):,} answers by {len(given.annotators):,} annotators to {len(given.tasks):,} tasks"
    kinds = f"{len(given.labels):,} different {'numbers' if given.level in NUMERIC else 'labels'}"
    _say(f"{several}, {kinds}", style="bold")
    first, second, third = (level for level in MEANINGS if level != given.level)
    _say(f"level: {given.level} ({MEANINGS[given.level]}); --level {first}, {second} or {third} for another")
    if given.unanswered:
        _say(f"unanswered (rows without a label), left out: {given.unanswered:,}")
    if given.repeats:
        _say(f"answers given again by the same annotator to the same task, of which the last counts: {given.repeats:,}")
    out.print()


def _print_coefficients(title: str, found: Sequence[Coefficient]) -> None:
    table = _table(title, "coefficient", "value", THESE, ALIKE, "tasks", "annotators")
    numbers = [coefficient for coefficient in found if coefficient.value is not None]
    for coefficient in numbers:
        counts = f"{coefficient.units:,}", f"{coefficient.annotators:,}"
        table.add_row(NAMES[coefficient.name], *_numbers(coefficient), _alike(coefficient), *counts)
    if numbers:
        out.print(table)
    else:
        _say(title, style="bold italic")
    without = (part for part in found if part.low is None)
    for reason, names in _reasons((part.name, part.reason) for part in without).items():
        _say(f"{reason}: {', '.join(names)}", style="yellow")
    sure = [part for part in numbers if part.low is not None]
    for reason, names in _reasons((part.name, part.alike_reason) for part in sure if part.alike_reason).items():
        _say(f"for annotators like these, {reason}: {', '.join(names)}", style="yellow")
    out.print()


def _reasons(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names of coefficients that lack something, by the reason in the words of this table."""
    told: dict[str, list[str]] = {}
    for name, reason in found:
        told.setdefault(in_words(reason), []).append(NAMES[name].partition(", ")[0])
    return told


def _print_reading(overall: Sequence[Coefficient]) -> None:
    """What alpha's intervals allow one to conclude."""
    for found in overall:
        if found.name != "alpha" or found.low is None or found.high is None:
            continue
        _say(f"these annotators: {_verdict(found.low, found.high)}", style="dim")
        if found.alike_low is not None and found.alike_high is not None:
            _say(f"annotators like these: {_verdict(found.alike_low, found.alike_high)}", style="dim")
        out.print()


def _verdict(low: float, high: float) -> str:
    if low >= RELIABLE:
        return f"alpha is surely above {RELIABLE:.3f}: answers can be relied on"
    if high < TENTATIVE:
        return f"alpha is surely below {TENTATIVE:.3f}: too low even for tentative conclusions"
    if low >= TENTATIVE:
        return f"alpha is surely above {TENTATIVE:.3f}, not surely above {RELIABLE:.3f}: tentative conclusions"
    return f"insufficient evidence: alpha may be above or below {TENTATIVE:.3f}, the least to go by"


def _print_labels(given: Judged, by_label: Sequence[LabelAgreement]) -> None:
    if len(by_label) < 2:
        return
    table = _table(
        "by label: if one says it, how often does another?",
        "label",
        "specific agreement",
        "95 % interval",
        "alpha",
        "95 % interval",
        "tasks",
    )
    for row in by_label:
        if row.specific.value is None:
            continue
        parts = *_numbers(row.specific), *_numbers(row.alpha)
        table.add_row(_name(given.labels[int(row.value)]), *parts, f"{row.specific.units:,}")
    if any(row.specific.value is not None for row in by_label):
        out.print(table)
    else:
        _say("by label", style="bold italic")
    for reason, labels in _label_reasons(given, by_label).items():
        _say(f"{reason}: {', '.join(labels[:SHOWN])}{' …' if len(labels) > SHOWN else ''}", style="yellow")
    out.print()


def _label_reasons(given: Judged, by_label: Sequence[LabelAgreement]) -> dict[str, list[str]]:
    """The labels without a value, by the reason without its number of tasks."""
    told: dict[str, list[str]] = {}
    for row in by_label:
        if row.specific.low is None:
            kind, _, rest = in_words(row.specific.reason).partition(": ")
            told.setdefault(f"{kind}, {rest.rpartition(', ')[2] or rest}", []).append(given.labels[int(row.value)])
    return told


def _print_pairs(given: Judged, by_pair: Sequence[PairAgreement], top: int) -> None:
    known = [pair for pair in by_pair if pair.coefficients[0].low is not None]
    if len(given.annotators) < 3 or not by_pair:
        return
    if not known:
        _say("pairs", style="bold italic")
        _say(f"insufficient evidence: no two annotators have {MINIMUM_UNITS} tasks in common", style="yellow")
        out.print()
        return
    ranked = sorted(known, key=_worst_first)
    kappa = NAMES[known[0].coefficients[-1].name]
    title = f"pairs who agree least ({min(top, len(ranked))} of {len(ranked):,} with enough tasks in common)"
    table = _table(title, "annotator", "annotator", "percent agreement", kappa, "tasks")
    for pair in ranked[:top]:
        percent, last = pair.coefficients[0], pair.coefficients[-1]
        who = (_name(given.annotators[at]) for at in (pair.first, pair.second))
        table.add_row(*who, _short(percent), _short(last), f"{percent.units:,}")
    out.print(table)
    out.print()


def _worst_first(pair: PairAgreement) -> tuple[float, float, int, int]:
    """By kappa, which allows for the labels' shares; pairs without one after the others."""
    percent, kappa = pair.coefficients[0].value, pair.coefficients[-1].value
    return 2.0 if kappa is None else kappa, percent or 0.0, pair.first, pair.second


def _print_annotators(given: Judged, annotators: Sequence[Profile | NumberProfile], top: int) -> None:
    states = [profile.state for profile in annotators]
    counts = ", ".join(f"{states.count(state):,} {state}" for state in STYLES if state in states)
    table = _table(f"annotators: {counts}", "annotator", "answers", *_measured(given, annotators), "state", "why")
    ranked = sorted(annotators, key=_least_first)
    for profile in ranked[:top]:
        state = Text(profile.state, style=STYLES[profile.state])
        table.add_row(*_annotator(given, profile, _measured(given, annotators)), state, Text(in_words(profile.reason)))
    out.print(table)
    if len(ranked) > top:
        _say(f"and {len(ranked) - top:,} more: --top {len(ranked)}, or all with --format csv", style="dim")
    _say(f"{_measured(given, annotators)[0]}: {_basis(given, annotators)}", style="dim")


def _print_consistency(given: Judged, top: int) -> None:
    asked = [(share.value, at, share) for at, share in enumerate(given.consistency) if share is not None]
    if not asked:
        return
    out.print()
    title = f"annotators who repeat themselves least ({min(top, len(asked))} of {len(asked):,} asked again)"
    table = _table(title, "annotator", "same answer again", "tasks")
    for _, at, share in sorted(asked)[:top]:
        table.add_row(_name(given.annotators[at]), _short(share), f"{share.n:,}")
    out.print(table)


def _least_first(profile: Profile | NumberProfile) -> tuple[int, float, int]:
    share = _share_of(profile)
    return list(STYLES).index(profile.state), 2.0 if share is None else share.value, profile.annotator


def _basis(given: Judged, annotators: Sequence[Profile | NumberProfile]) -> str:
    """What the annotators' answers are compared with."""
    others = "the mean of the other annotators' numbers" if given.level in NUMERIC else "what most of the others said"
    alone = len(given.task) == len(given.tasks)
    nothing = "nothing, as nobody else answered the task" if alone else "nothing, as the others' answers to a task tie"
    said = {"truth": "the gold labels", "others": others, "none": nothing}
    bases = sorted({profile.basis for profile in annotators}, key=list(said).index)
    known = [basis for basis in bases if basis != "none"] or bases
    return "compared with " + " or ".join(f"{said[basis]} (by {basis})" for basis in known)


def _measured(given: Judged, annotators: Sequence[Profile | NumberProfile]) -> list[str]:
    """The columns between an annotator's answers and state."""
    several = len({profile.basis for profile in annotators} - {"none"}) > 1
    numeric = given.level in NUMERIC
    optional = {"by": several, "off by": numeric, "secs": given.seconds is not None}
    return ["correlation" if numeric else "right", *(name for name, there in optional.items() if there)]


def _annotator(given: Judged, profile: Profile | NumberProfile, measured: Sequence[str]) -> list[Text | str]:
    cells = {
        "by": profile.basis,
        "secs": "–" if profile.speed is None else f"{profile.speed.median:.3g}",
    }
    if isinstance(profile, NumberProfile):
        cells["off by"] = _short(profile.deviation)
    cells[measured[0]] = _short(_share_of(profile))
    return [_name(given.annotators[profile.annotator]), f"{profile.answers:,}", *(cells[name] for name in measured)]


def _share_of(profile: Profile | NumberProfile) -> Share | None:
    return profile.accuracy if isinstance(profile, Profile) else profile.correlation


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for name in columns:
        words = name in ("coefficient", "label", "annotator", "state", "why", "by")
        table.add_column(
            name, justify="left" if words else "right", overflow="fold", no_wrap=name == "state" or not words
        )
    return table


def _numbers(found: Coefficient) -> tuple[str, str]:
    if found.value is None:
        return "–", ""
    return f"{found.value:.3f}", "–" if found.low is None else f"{found.low:.3f} – {found.high:.3f}"


def _alike(found: Coefficient) -> str:
    return "–" if found.alike_low is None else f"{found.alike_low:.3f} – {found.alike_high:.3f}"


def _short(found: Coefficient | Share | Deviation | None) -> str:
    """A value and its interval in little room."""
    if found is None:
        return "–"
    value = found.mean if isinstance(found, Deviation) else found.value
    if value is None or found.low is None:
        return "–" if value is None else f"{value:.2f}"
    return f"{value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _name(name: str) -> Text:
    return Text(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…")


def _say(text: str, style: str | None = None) -> None:
    out.print(text, style=style, markup=False, highlight=False)
