"""Presence sweep: marks users offline after missed heartbeats, and publishes it to the room they viewed last."""
