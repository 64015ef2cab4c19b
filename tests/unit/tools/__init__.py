"""Tests of the repository's own tools."""
