"""Tests of data sources and resolvers."""
