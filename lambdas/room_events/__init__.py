"""Room events: what follows from somebody's coming to a room, going or being sent away, and from a room's new name."""
