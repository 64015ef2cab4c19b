"""The calls of Terraform's AWS provider: recorded on the local AWS, and translated to what IAM authorizes.

``python -m tests.provider_calls`` writes the record; ``tests/integration/test_deploy_roles.py`` evaluates the roles of
``modules/github-oidc`` against it.
"""
