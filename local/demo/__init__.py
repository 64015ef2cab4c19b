"""What the demo users of the local backend can do from a terminal."""
