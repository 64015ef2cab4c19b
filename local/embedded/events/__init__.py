"""What MiniStack leaves to others: streams to functions, expiry with stream records, schedules, local addresses."""
