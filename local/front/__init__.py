"""Checks of requests at both ports before anything else processes them."""
