"""The example web client of the local AWS: built from ``web/`` and served on a separate port."""
