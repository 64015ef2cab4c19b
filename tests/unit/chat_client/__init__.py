"""The Python client against servers and rooms that do what a test says."""
