"""Tests against a running local backend, through its public endpoints."""
