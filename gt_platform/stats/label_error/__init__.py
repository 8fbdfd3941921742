"""Scores when the truth itself errs: which answers experts check, and what their checks say of a score.

`cells` groups units by votes and output, `checking` decides how many of each cell experts see, `corrections` learns
from what they said, `two_phase` estimates ratios with it. `imputation` does what can be done without experts.
`outlook` and `taught` say what is expected of items, `budget` what items, answers and checks buy of it, and `nightly`
how a night splits its budget.
"""
