"""Tests of the state lock, as Terraform writes it and as a killed process leaves it."""

from __future__ import annotations

import io

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from terraform.stack import StateLocation
from terraform.state_lock import Lock, read_lock

STATE = StateLocation("states", "eu-west-1", "environments/dev/chat.tfstate", None)
PLACE = {"Bucket": "states", "Key": "environments/dev/chat.tfstate.tflock"}
WHOLE = b'{"ID": "1", "Who": "ann@laptop", "Created": "2026-11-29T18:00:00Z", "Operation": "OperationTypeApply"}'


@pytest.mark.parametrize(
    ("content", "lock"),
    [
        (WHOLE, Lock("1", "ann@laptop", "2026-11-29T18:00:00Z", "OperationTypeApply", "tag")),
        (WHOLE[:40], Lock("", "", "", "", "tag")),
        (b'{"ID": 1, "Who": "ann@laptop"}', Lock("", "ann@laptop", "", "", "tag")),
        (b"[1]", Lock("", "", "", "", "tag")),
    ],
    ids=["whole", "cut off", "of another type", "no object"],
)
def test_a_partial_lock_is_read(content: bytes, lock: Lock) -> None:
    s3 = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(s3) as stubber:
        body = StreamingBody(io.BytesIO(content), len(content))
        stubber.add_response("get_object", {"Body": body, "ETag": "tag"}, PLACE)
        assert read_lock(s3, STATE) == lock


def test_a_state_without_a_lock_has_none() -> None:
    s3 = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(s3) as stubber:
        stubber.add_client_error("get_object", "NoSuchKey", expected_params=PLACE)
        assert read_lock(s3, STATE) is None


def test_a_refused_read_is_not_mistaken_for_a_missing_lock() -> None:
    s3 = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(s3) as stubber:
        stubber.add_client_error("get_object", "AccessDenied", expected_params=PLACE)
        with pytest.raises(s3.exceptions.ClientError):
            read_lock(s3, STATE)
