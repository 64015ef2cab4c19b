"""Deployment of the synthesized stack to the running local AWS, with Terraform or directly."""
