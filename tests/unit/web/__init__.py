"""Tests of the web client, its build and its server."""
