"""Tests of the direct deployment of event resources: mappings, queues, buckets, schedules, rules, topics and keys."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from local.clients import clients
from local.deployment import direct
from terraform.resources import SERVICES
from terraform.resources.resource import Target
from terraform.stack import IMPORTS
from terraform.state_import import write_imports
from tests.helpers.stacks import write_stack
from tests.unit.local.functions import READ_STREAM, TRUST
from tests.unit.local.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = "us-east-1:000000000000"


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


RESOURCES: dict[str, Any] = {
    "aws_dynamodb_table": {
        "t": {
            "name": "events-t",
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "id",
            "attribute": [{"name": "id", "type": "S"}],
            "stream_enabled": True,
            "stream_view_type": "NEW_AND_OLD_IMAGES",
        }
    },
    "aws_kms_key": {"k": {"description": "events key", "enable_key_rotation": True, "deletion_window_in_days": 7}},
    "aws_kms_alias": {"k": {"name": "alias/events", "target_key_id": "${aws_kms_key.k.key_id}"}},
    "aws_iam_role": {"f": {"name": "events-f", "assume_role_policy": json.dumps(TRUST)}},
    "aws_iam_role_policy": {
        "f": {
            "name": "own",
            "role": "${aws_iam_role.f.id}",
            "policy": _policy(
                READ_STREAM,
                {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:{PLACE}:events-q"},
            ),
        }
    },
    "aws_sqs_queue": {
        "q": {
            "name": "events-q",
            "message_retention_seconds": 1209600,
            "kms_master_key_id": "${aws_kms_key.k.arn}",
            "visibility_timeout_seconds": 60,
        }
    },
    "aws_sqs_queue_policy": {
        "q": {
            "queue_url": "${aws_sqs_queue.q.id}",
            "policy": _policy(
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sqs:*",
                    "Resource": f"arn:aws:sqs:{PLACE}:events-q",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ),
        }
    },
    "aws_lambda_function": {
        "f": {
            "function_name": "events-f",
            "role": "${aws_iam_role.f.arn}",
            "runtime": "python3.13",
            "handler": "f.handler",
            "s3_bucket": "${aws_s3_object.f.bucket}",
            "s3_key": "${aws_s3_object.f.key}",
            "source_code_hash": "first",
        }
    },
    "aws_lambda_event_source_mapping": {
        "m": {
            "event_source_arn": "${aws_dynamodb_table.t.stream_arn}",
            "function_name": "${aws_lambda_function.f.arn}",
            "starting_position": "TRIM_HORIZON",
            "batch_size": 50,
            "maximum_batching_window_in_seconds": 1,
            "bisect_batch_on_function_error": True,
            "maximum_retry_attempts": 3,
            "maximum_record_age_in_seconds": 3600,
            "function_response_types": ["ReportBatchItemFailures"],
            "filter_criteria": {"filter": [{"pattern": '{"eventName":["INSERT"]}'}]},
            "destination_config": {"on_failure": {"destination_arn": "${aws_sqs_queue.q.arn}"}},
        }
    },
    "aws_lambda_function_event_invoke_config": {
        "f": {"function_name": "${aws_lambda_function.f.function_name}", "maximum_retry_attempts": 1}
    },
    "aws_lambda_permission": {
        "rule": {
            "statement_id": "rule",
            "action": "lambda:InvokeFunction",
            "function_name": "${aws_lambda_function.f.function_name}",
            "principal": "events.amazonaws.com",
            "source_arn": "${aws_cloudwatch_event_rule.r.arn}",
        }
    },
    "aws_cloudwatch_event_rule": {"r": {"name": "events-r", "schedule_expression": "rate(1 minute)"}},
    "aws_cloudwatch_event_target": {
        "r": {
            "rule": "${aws_cloudwatch_event_rule.r.name}",
            "target_id": "f",
            "arn": "${aws_lambda_function.f.arn}",
            "input": '{"by":"rule"}',
            "retry_policy": {"maximum_retry_attempts": 2, "maximum_event_age_in_seconds": 60},
        }
    },
    "aws_scheduler_schedule": {
        "s": {
            "name": "events-s",
            "schedule_expression": "rate(1 hour)",
            "flexible_time_window": {"mode": "OFF"},
            "target": {
                "arn": "${aws_lambda_function.f.arn}",
                "role_arn": "${aws_iam_role.f.arn}",
                "input": '{"by":"schedule"}',
                "retry_policy": {"maximum_retry_attempts": 2, "maximum_event_age_in_seconds": 60},
            },
        }
    },
    "aws_sns_topic": {"n": {"name": "events-n", "display_name": "Events"}},
    "aws_sns_topic_subscription": {
        "n": {"topic_arn": "${aws_sns_topic.n.arn}", "protocol": "sqs", "endpoint": "${aws_sqs_queue.q.arn}"}
    },
    "aws_s3_bucket": {"b": {"bucket": "events-b", "force_destroy": False}},
    "aws_s3_object": {
        "f": {"bucket": "${aws_s3_bucket.b.id}", "key": "f.zip", "source": "f.zip", "source_hash": "first"}
    },
    "aws_s3_bucket_public_access_block": {
        "b": {
            "bucket": "${aws_s3_bucket.b.id}",
            "block_public_acls": True,
            "block_public_policy": True,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        }
    },
    "aws_s3_bucket_ownership_controls": {
        "b": {"bucket": "${aws_s3_bucket.b.id}", "rule": {"object_ownership": "BucketOwnerEnforced"}}
    },
    "aws_s3_bucket_versioning": {
        "b": {"bucket": "${aws_s3_bucket.b.id}", "versioning_configuration": {"status": "Enabled"}}
    },
    "aws_s3_bucket_server_side_encryption_configuration": {
        "b": {
            "bucket": "${aws_s3_bucket.b.id}",
            "rule": [
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": "${aws_kms_key.k.arn}",
                    },
                    "bucket_key_enabled": True,
                }
            ],
        }
    },
    "aws_s3_bucket_lifecycle_configuration": {
        "b": {
            "bucket": "${aws_s3_bucket.b.id}",
            "rule": [
                {
                    "id": "abandoned",
                    "status": "Enabled",
                    "filter": {"prefix": "rooms/"},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                    "noncurrent_version_expiration": {"noncurrent_days": 30},
                }
            ],
        }
    },
    "aws_s3_bucket_cors_configuration": {
        "b": {
            "bucket": "${aws_s3_bucket.b.id}",
            "cors_rule": [
                {
                    "allowed_methods": ["GET", "POST"],
                    "allowed_origins": ["http://localhost:5173"],
                    "allowed_headers": ["*"],
                    "expose_headers": ["ETag"],
                    "max_age_seconds": 3000,
                }
            ],
        }
    },
    "aws_s3_bucket_policy": {
        "b": {
            "bucket": "${aws_s3_bucket.b.id}",
            "policy": _policy(
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": ["arn:aws:s3:::events-b", "arn:aws:s3:::events-b/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ),
        }
    },
}
COUNT = sum(map(len, RESOURCES.values()))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("events") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def target(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Target:
    folder = tmp_path_factory.mktemp("stack")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("f.py", "def handler(event, context):\n    return event\n")
    (folder / "f.zip").write_bytes(archive.getvalue())
    return Target(
        clients(SERVICES, server.url, server.credentials), folder, {"Application": "test"}, "us-east-1", "000000000000"
    )


def _deploy(target: Target, resources: dict[str, Any]) -> direct.Deployed:
    stack = write_stack(target.folder, {"resource": resources, "output": {}})
    return direct.deploy(stack, target, target.folder / "record.json", say=lambda _text: None)


def test_creates_all_resources_with_their_settings(target: Target) -> None:
    done = _deploy(target, RESOURCES)
    assert (done.created_or_changed, done.unchanged) == (COUNT, 0)
    (mapping,) = target.clients["lambda"].list_event_source_mappings(FunctionName="events-f")["EventSourceMappings"]
    assert mapping["BatchSize"] == 50
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["FilterCriteria"] == {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"].endswith(":events-q")
    schedule = target.clients["scheduler"].get_schedule(Name="events-s")
    assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}
    (rule_target,) = target.clients["events"].list_targets_by_rule(Rule="events-r")["Targets"]
    assert (rule_target["Id"], rule_target["Input"]) == ("f", '{"by":"rule"}')
    key = target.clients["kms"].describe_key(KeyId="alias/events")["KeyMetadata"]
    assert key["Description"] == "events key"
    assert target.clients["kms"].get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]


def test_queues_and_topics_have_the_attributes_of_the_stack(target: Target) -> None:
    sqs = target.clients["sqs"]
    url = sqs.get_queue_url(QueueName="events-q")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "1209600"
    assert attributes["VisibilityTimeout"] == "60"
    assert "SecureTransport" in attributes["Policy"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"Application": "test"}
    topic = f"arn:aws:sns:{PLACE}:events-n"
    assert target.clients["sns"].get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "Events"
    (subscription,) = target.clients["sns"].list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert subscription["Endpoint"].endswith(":events-q")


def test_the_bucket_is_private_encrypted_and_deletes_abandoned_uploads(target: Target) -> None:
    s3, bucket = target.clients["s3"], {"Bucket": "events-b"}
    assert all(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values())
    (rule,) = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    (rule,) = s3.get_bucket_lifecycle_configuration(**bucket)["Rules"]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    (cors,) = s3.get_bucket_cors(**bucket)["CORSRules"]
    assert cors["AllowedOrigins"] == ["http://localhost:5173"]
    ownership = s3.get_bucket_ownership_controls(**bucket)["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(**bucket)["TagSet"] == [{"Key": "Application", "Value": "test"}]


def test_a_policy_that_requires_tls_allows_loopback(target: Target) -> None:
    target.clients["s3"].put_object(Bucket="events-b", Key="rooms/k", Body=b"v")
    url = target.clients["sqs"].get_queue_url(QueueName="events-q")["QueueUrl"]
    target.clients["sqs"].send_message(QueueUrl=url, MessageBody="m")


def test_a_second_deployment_changes_nothing(target: Target) -> None:
    assert _deploy(target, RESOURCES).created_or_changed == 0


def test_updates_resources_in_place(target: Target) -> None:
    changed = copy.deepcopy(RESOURCES)
    changed["aws_lambda_event_source_mapping"]["m"] |= {"batch_size": 10, "enabled": False}
    changed["aws_scheduler_schedule"]["s"]["schedule_expression"] = "rate(2 hours)"
    changed["aws_sqs_queue"]["q"]["visibility_timeout_seconds"] = 90
    changed["aws_cloudwatch_event_target"]["r"]["input"] = '{"by":"changed"}'
    assert _deploy(target, changed).created_or_changed >= 4
    (mapping,) = target.clients["lambda"].list_event_source_mappings(FunctionName="events-f")["EventSourceMappings"]
    assert (mapping["BatchSize"], mapping["State"]) == (10, "Disabled")
    assert target.clients["scheduler"].get_schedule(Name="events-s")["ScheduleExpression"] == "rate(2 hours)"
    (rule_target,) = target.clients["events"].list_targets_by_rule(Rule="events-r")["Targets"]
    assert rule_target["Input"] == '{"by":"changed"}'
    assert _deploy(target, RESOURCES).created_or_changed >= 4


def test_finds_all_resources_without_its_record(target: Target) -> None:
    (target.folder / "record.json").unlink()
    _deploy(target, RESOURCES)
    mappings = target.clients["lambda"].list_event_source_mappings(FunctionName="events-f")["EventSourceMappings"]
    assert len(mappings) == 1
    assert len(target.clients["kms"].list_keys()["Keys"]) == 1


def test_terraform_can_import_all_resources(target: Target) -> None:
    stack = write_stack(target.folder, {"resource": RESOURCES, "output": {}})
    assert write_imports(stack, target, set()) == COUNT
    imports = {one["to"]: one["id"] for one in json.loads((target.folder / IMPORTS).read_text())["import"]}
    assert imports["aws_scheduler_schedule.s"] == "default/events-s"
    assert imports["aws_cloudwatch_event_target.r"] == "default/events-r/f"
    assert imports["aws_kms_alias.k"] == "alias/events"
    assert imports["aws_s3_bucket_policy.b"] == "events-b"


def test_deletes_all_resources_except_data(target: Target) -> None:
    kept = {kind: RESOURCES[kind] for kind in ("aws_dynamodb_table", "aws_s3_bucket")}
    done = _deploy(target, kept)
    assert done.removed == COUNT - 2
    assert target.clients["lambda"].list_event_source_mappings()["EventSourceMappings"] == []
    assert target.clients["scheduler"].list_schedules()["Schedules"] == []
    assert target.clients["events"].list_rules()["Rules"] == []
    assert target.clients["sqs"].list_queues().get("QueueUrls", []) == []
    assert target.clients["s3"].get_object(Bucket="events-b", Key="rooms/k")["Body"].read() == b"v"
