"""What the tests drive the backend with: processes, people, clients and Terraform."""
