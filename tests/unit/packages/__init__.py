"""Tests of what the project and the installable packages share."""
