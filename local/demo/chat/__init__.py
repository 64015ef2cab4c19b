"""The chat in a terminal, with both demo users side by side."""
