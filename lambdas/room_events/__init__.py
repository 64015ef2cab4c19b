"""Room events: what follows from somebody's coming to a room, going, or being sent away."""
