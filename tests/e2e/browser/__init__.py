"""The web client in a real browser, against a running backend."""
