"""Code that all Lambda functions share."""
