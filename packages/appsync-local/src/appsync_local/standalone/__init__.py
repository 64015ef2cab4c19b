"""One API from files: what the command ``appsync-local serve`` runs."""
