"""What resolvers read and write: one module a kind of AppSync data source."""
