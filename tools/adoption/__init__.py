"""Trials of the repository with the settings of an adopter: ``python -m tools.adoption``."""
