"""The Terraform side of the chat backend, one capability a file."""
