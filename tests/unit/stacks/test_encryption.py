"""Tests of encryption at rest with AWS owned keys, or with a customer managed key that only services can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.stacks.synthesized import Synthesized

KEY = "${aws_kms_key.data.arn}"
ENCRYPTED_SERVICES = ("dynamodb", "s3", "sqs")


def key_policy(stack: Synthesized) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(stack.only("aws_kms_key")["policy"])["Statement"]}


def test_without_the_setting_aws_owned_keys_encrypt_everything(stack: Synthesized) -> None:
    assert stack.all("aws_kms_key") == {}
    assert "kms" not in json.dumps(stack.statements)
    for table in stack.all("aws_dynamodb_table").values():
        assert table["server_side_encryption"] == {"enabled": True}
    for queue in stack.all("aws_sqs_queue").values():
        assert queue["sqs_managed_sse_enabled"] is True
    for configuration in stack.all("aws_s3_bucket_server_side_encryption_configuration").values():
        (rule,) = configuration["rule"]
        assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}


def test_with_the_setting_the_key_encrypts_everything_at_rest(hardened: Synthesized) -> None:
    for table in hardened.all("aws_dynamodb_table").values():
        assert table["server_side_encryption"] == {"enabled": True, "kms_key_arn": KEY}
    for queue in hardened.all("aws_sqs_queue").values():
        assert queue["kms_master_key_id"] == KEY
        assert "sqs_managed_sse_enabled" not in queue
    assert hardened.all("aws_sns_topic") == {}, "topics of alarms are not of this stack"
    for group in hardened.all("aws_cloudwatch_log_group").values():
        assert group["kms_key_id"] == KEY
    (rule,) = hardened.all("aws_s3_bucket_server_side_encryption_configuration")["attachments"]["rule"]
    assert rule["bucket_key_enabled"] is True
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY}


def test_the_key_is_rotated_and_protected_from_deletion(hardened: Synthesized) -> None:
    key = hardened.only("aws_kms_key")
    assert (key["enable_key_rotation"], key["deletion_window_in_days"]) == (True, 30)
    assert key["lifecycle"] == {"prevent_destroy": True}


def test_the_key_is_used_only_through_the_services_that_store_the_data(hardened: Synthesized) -> None:
    uses = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
    hosts = [f"{service}.us-east-1.amazonaws.com" for service in ENCRYPTED_SERVICES]
    for sid, statement in key_policy(hardened).items():
        assert not any("*" in action for action in statement["Action"]), sid
        if "AWS" in statement["Principal"] and set(uses) & set(statement["Action"]):
            assert statement["Condition"]["StringEquals"] == {
                "kms:ViaService": hosts,
                "kms:CallerAccount": "333333333333",
            }


def test_the_key_policy_allows_the_log_groups_of_this_stack_only(hardened: Synthesized) -> None:
    statement = key_policy(hardened)["Logs"]
    assert statement["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    patterns = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    place = "arn:aws:logs:us-east-1:333333333333:log-group:"
    names = [pattern.removeprefix(place) for pattern in patterns]
    prefixes = [name.partition("*")[0] for name in names]
    assert len(prefixes[0]) > len("/aws/lambda/")
    for group in hardened.all("aws_cloudwatch_log_group").values():
        assert any(group["name"].startswith(prefix) for prefix in prefixes), group["name"]


def test_roles_that_access_encrypted_data_may_use_the_key_through_that_service(hardened: Synthesized) -> None:
    for name, statements in hardened.statements.items():
        own = [statement for statement in statements if statement["Action"][0].startswith("kms:")]
        touched = {action.split(":")[0] for statement in statements for action in statement["Action"]}
        needed = sorted(touched & set(ENCRYPTED_SERVICES))
        if not needed:
            assert own == [], name
            continue
        (statement,) = own
        assert statement["Resource"] == [KEY]
        assert statement["Condition"]["StringEquals"]["kms:ViaService"] == [
            f"{service}.us-east-1.amazonaws.com" for service in needed
        ]
