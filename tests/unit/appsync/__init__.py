"""Tests of the AppSync data plane on an AWS made of dictionaries."""
