"""The Lambda functions, one folder each, and their shared code."""
