"""What all Lambda functions share."""
