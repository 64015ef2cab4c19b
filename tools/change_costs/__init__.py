"""Counts the files that everyday changes touch by hand, on sample changes: ``python -m tools.change_costs``."""
