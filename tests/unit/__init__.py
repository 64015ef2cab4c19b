"""In-process tests of single components."""
