"""The rules of work: who gets what, in which order, and what becomes of their answers."""
