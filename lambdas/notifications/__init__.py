"""Notifications: what concerns a user and happened while the user may have looked elsewhere."""
