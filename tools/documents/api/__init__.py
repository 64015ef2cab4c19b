"""The reference of the API, ``docs/api``: from the schema, the canonical documents, the code and the measurements."""
