"""Evidently's names, as a declaration may use them. A test holds them against Evidently, which is not imported here."""

from typing import Literal, get_args

Method = Literal[
    "TVD",
    "anderson",
    "chisquare",
    "cramer_von_mises",
    "ed",
    "empirical_mmd",
    "es",
    "fisher_exact",
    "g_test",
    "hellinger",
    "jensenshannon",
    "kl_div",
    "ks",
    "mannw",
    "psi",
    "t_test",
    "wasserstein",
    "z",
]
BOTH = frozenset({"hellinger", "jensenshannon", "kl_div", "psi"})
"""Methods for numbers as for categories."""
OF_CATEGORIES = frozenset({"TVD", "chisquare", "fisher_exact", "g_test", "z"})
"""Methods for categories only; numbers are then taken as categories."""
TextMethod = Literal["abs_text_content_drift", "perc_text_content_drift"]
OF_TEXTS: frozenset[str] = frozenset(get_args(TextMethod))
"""Methods for free text: their value is one and the same, the area under a classifier's curve."""
AUTOMATIC = "automatic"
"""What columns that name none are compared by under the preset data_drift: Evidently's own choice."""
PRESETS = {
    "text_evals": "it describes the texts of one frame; declare a column with a `descriptor` for each thing to watch",
    "data_summary": "it describes one frame and compares none",
    "classification": "it compares outputs with the truth, which scores do",
    "regression": "it compares outputs with the truth, which scores do",
    "recsys": "it compares outputs with the truth, which scores do",
}
"""Presets of Evidently's that are no drift, and why."""
