"""Writes the skeleton of an operation, function, setting, table or kind of notification: ``python -m tools.new``."""
