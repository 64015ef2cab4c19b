"""The Terraform stacks of the chat backend, one capability per file."""
