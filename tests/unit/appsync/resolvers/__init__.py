"""Data sources and the resolvers that call them."""
