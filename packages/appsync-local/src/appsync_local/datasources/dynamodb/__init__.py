"""The AMAZON_DYNAMODB data source: converts AppSync requests to DynamoDB API calls and responses to plain values."""
