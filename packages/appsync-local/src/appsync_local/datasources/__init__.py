"""AppSync data sources, one module per type."""
