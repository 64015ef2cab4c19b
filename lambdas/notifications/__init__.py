"""Notifications of mentions, replies, direct messages, invitations and moderation actions."""
