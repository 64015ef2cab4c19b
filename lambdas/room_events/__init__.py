"""Room events: effects of members joining, leaving and being removed, and of a room's new name."""
