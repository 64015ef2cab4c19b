"""What both ports ask of a request before anything else looks at it."""
