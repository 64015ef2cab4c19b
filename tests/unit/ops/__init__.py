"""Tests of the tools of operators."""
