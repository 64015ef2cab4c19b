"""The example web client beside the local backend: built from ``web/`` and served on a port of its own."""
