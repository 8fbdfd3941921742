"""Truth as leads and reviewers look at it: a copy of the lake's tables that answers at once, and what is done to it."""
