"""Tests against a running local AWS, through its public endpoints."""
