"""Tests with third-party clients and with the web client."""
