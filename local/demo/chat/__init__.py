"""The chat in a terminal: both demo users side by side."""
