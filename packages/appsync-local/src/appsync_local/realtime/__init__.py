"""AppSync's real-time endpoint: connections, subscriptions, and what mutations publish to them."""
