"""Attachments: addresses, good for minutes, for putting one file into the private bucket or taking one out of it."""
