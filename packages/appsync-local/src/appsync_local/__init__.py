"""An AppSync data plane that runs deployed APIs. It depends neither on the chat application nor on MiniStack."""
