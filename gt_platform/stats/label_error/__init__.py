"""Scores when the truth itself errs: which answers experts check, and what their checks say of a score.

`cells` groups units by votes and output, `checking` decides how many of each cell experts see, `corrections` learns
from what they said, `two_phase` estimates ratios with it. `imputation` does what can be done without experts, and
`budget` says what items, answers and checks buy.
"""
