"""Tests, from those that need nothing to those that run the whole backend."""
