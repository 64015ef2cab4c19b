"""Tests of the load benchmark's checks and of its target configuration."""
