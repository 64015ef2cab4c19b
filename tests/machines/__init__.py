"""Odd machines, made from throw-away clones: what ``make`` does and says on each."""
