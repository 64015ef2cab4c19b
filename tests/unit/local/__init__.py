"""Tests of the local AWS, its deployment, and its server process."""
