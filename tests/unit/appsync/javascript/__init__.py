"""APPSYNC_JS: the runtime, its library, and what it refuses."""
