"""Tests that quotations in the documents match the program."""
