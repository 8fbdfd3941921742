"""The coefficients that a gate may ask for, by the names they are known under, at each level of measurement."""

from collections.abc import Mapping

from gt_platform.stats.agreement.scales import Level

NAMED: Mapping[Level, Mapping[str, str]] = {
    "nominal": {
        "fleiss_kappa": "fleiss",
        "krippendorff_alpha": "alpha",
        "gwet_ac1": "ac1",
        "cohen_kappa": "cohen",
    },
    "ordinal": {"krippendorff_alpha": "alpha", "gwet_ac2": "ac2", "weighted_kappa": "cohen_quadratic"},
    "interval": {"krippendorff_alpha": "alpha", "gwet_ac2": "ac2", "weighted_kappa": "cohen_quadratic", "icc": "icc_2"},
}
"""Each name with that of the `Coefficient`; `cohen_kappa` and the quadratic `weighted_kappa` are of two annotators."""
