"""Checks of all buckets of a stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized


def assert_private(stack: Synthesized, bucket: str) -> None:
    """Assert that only the account can access the bucket, over TLS only, and that it is encrypted."""
    block = stack.all("aws_s3_bucket_public_access_block")[bucket]
    switches = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert all(block[switch] is True for switch in switches)
    assert stack.all("aws_s3_bucket_ownership_controls")[bucket]["rule"]["object_ownership"] == "BucketOwnerEnforced"
    (rule,) = stack.all("aws_s3_bucket_server_side_encryption_configuration")[bucket]["rule"]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "AES256"
    (statement,) = json.loads(stack.all("aws_s3_bucket_policy")[bucket]["policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
