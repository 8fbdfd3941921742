"""What users' feedback is worth in a month, with hidden truth: `python -m tests.bench.feedback_month [MONTHS]`."""
