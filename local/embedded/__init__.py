"""MiniStack in our own process: started, made durable, completed where it lacks something, and asked in-process."""
