"""The embedded AWS: MiniStack with an AppSync data plane of our own in front, in one process on loopback."""
