"""Message events: files and reactions of messages, and events that the responses of mutations did not deliver."""
