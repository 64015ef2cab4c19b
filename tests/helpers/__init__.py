"""Helpers that drive the backend in tests: processes, users, clients and Terraform."""
