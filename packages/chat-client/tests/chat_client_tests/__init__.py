"""Tests of the Python client with fake servers and rooms."""
