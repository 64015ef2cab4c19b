"""An AppSync data plane that runs what was deployed. It knows nothing of chat and nothing of MiniStack."""
