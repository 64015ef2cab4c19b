"""Tests of the Terraform package."""
