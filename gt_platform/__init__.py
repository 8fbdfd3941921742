"""The continuous ground-truth platform: production events in, believable benchmark scores out."""
