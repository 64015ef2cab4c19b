"""Unusual machines, created from temporary clones, with the behavior of ``make`` on each."""
