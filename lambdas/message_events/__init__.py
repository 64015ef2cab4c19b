"""Message events: files and reactions of messages, and events that the answers of mutations did not bring to rooms."""
