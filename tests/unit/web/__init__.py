"""Tests of the web client, and of how it is built and served."""
