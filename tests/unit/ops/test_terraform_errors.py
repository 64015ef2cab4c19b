"""Tests of the remedies for errors of Terraform. The messages are those of Terraform 1.11 and provider 5.100."""

from __future__ import annotations

import pytest

from ops.terraform import Finished, TerraformFailedError

ERRORS = {
    "Error: No valid credential sources found": "set AWS_PROFILE",
    "Error: retrieving caller identity from STS: api error ExpiredToken: The security token included in the request is "
    "expired": "Sign in to AWS again",
    "Error: retrieving caller identity from STS: api error InvalidClientTokenId: The security token included in the "
    "request is invalid.": "Sign in to AWS again",
    "Error: retrieving caller identity from STS: api error SignatureDoesNotMatch: The request signature we calculated "
    "does not match": "Sign in to AWS again",
    "Error: Invalid account ID\n\nAWS account ID not allowed: 000000000000": "correct account_id",
    'Error: Failed to get existing workspaces: S3 bucket "no-such-bucket" does not exist.': "Create the state bucket",
    'Error: Failed to get existing workspaces: Unable to list objects in S3 bucket "state" with prefix "a/": '
    'requested bucket from "eu-west-1", actual location "us-east-1"': "set region under [state]",
    "Error: request send failed, dial tcp 127.0.0.1:4566: connect: connection refused": "AWS_ENDPOINT_URL",
}


@pytest.mark.parametrize(("error", "remedy"), ERRORS.items())
def test_an_error_has_its_remedy(error: str, remedy: str) -> None:
    message = str(TerraformFailedError("initializing dev", Finished(1, "", error)))

    assert message.startswith("Terraform failed while initializing dev:\nError: ")
    assert remedy in message.splitlines()[-1]
