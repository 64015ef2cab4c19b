"""Events that MiniStack lacks or implements partially: stream mappings, item expiry, schedules and local addresses."""
