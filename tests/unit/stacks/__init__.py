"""Tests of synthesis: settings, names, sources and the Terraform JSON."""
