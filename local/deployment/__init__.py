"""The synthesized stack into the running local AWS: by the real Terraform, or directly."""
