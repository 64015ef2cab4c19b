"""Tests of the resolvers in graphql/: their DynamoDB requests, their responses, and the protocol of sending."""
