"""Terraform: the command, the AWS provider, synthesized stacks, state, and AWS resources by Terraform type."""
