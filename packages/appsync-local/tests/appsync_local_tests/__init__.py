"""Tests of the AppSync data plane with an in-memory AWS."""
