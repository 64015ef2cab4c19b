"""The example web client of the local backend: built from ``web/`` and served on a separate port."""
