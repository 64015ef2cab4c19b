"""Runs one API from files, for the command ``appsync-local serve``."""
