"""The AMAZON_DYNAMODB data source: AppSync's requests as calls of DynamoDB's API, its answers as plain values."""
