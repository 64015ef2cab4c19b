"""Writes docs/api, the API reference, from the schema, the canonical documents, the code and the measurements."""
