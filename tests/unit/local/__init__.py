"""Tests of the embedded AWS, its deployment, and its server process."""
