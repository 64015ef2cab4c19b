"""Audit of pinned dependencies for known vulnerabilities."""
