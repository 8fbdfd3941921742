"""What one night of a demo costs: `python -m tests.bench.night HOME`, where HOME is a finished `gt demo`."""
