"""Presence sweep: who has not been heard of for two minutes is offline, and the room looked at last is told."""
