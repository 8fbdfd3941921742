"""Estimators of means and ratios that use more than a sample's strata; all give the `Estimates` of `survey`."""
