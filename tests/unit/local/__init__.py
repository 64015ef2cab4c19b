"""Tests of the embedded AWS, its deployment and its life as a process."""
