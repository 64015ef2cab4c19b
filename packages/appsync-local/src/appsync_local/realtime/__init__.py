"""AppSync's real-time endpoint: connections, subscriptions and publications of mutations."""
