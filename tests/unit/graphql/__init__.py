"""The resolvers of graphql/: what they ask of DynamoDB, what they answer, and the protocol of sending."""
