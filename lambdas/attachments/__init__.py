"""Attachments: addresses, good for minutes, for putting a file into the private bucket or taking files out of it."""
