"""Message events: what belongs to a message and is not in its row is kept with it, and goes with it."""
