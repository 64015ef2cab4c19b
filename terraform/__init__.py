"""Terraform itself: which one runs here, its provider, its JSON and state, and the AWS resources it names."""
