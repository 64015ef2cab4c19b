"""MiniStack in this process: started as a library, made durable, completed, and called without sockets."""
