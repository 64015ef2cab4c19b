"""Writes docs/local-aws.md: the catalogue of behaviors, and the document generated from it and the tests."""
