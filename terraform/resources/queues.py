"""SQS queues. Removed queues are deleted with their messages, as in Terraform."""

from __future__ import annotations

from typing import Any

from terraform.requests import META_ARGUMENTS, DeploymentError
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_ATTRIBUTES = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "delay_seconds": "DelaySeconds",
    "fifo_queue": "FifoQueue",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "kms_data_key_reuse_period_seconds": "KmsDataKeyReusePeriodSeconds",
    "kms_master_key_id": "KmsMasterKeyId",
    "max_message_size": "MaximumMessageSize",
    "message_retention_seconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
    "redrive_allow_policy": "RedriveAllowPolicy",
    "redrive_policy": "RedrivePolicy",
    "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
    "visibility_timeout_seconds": "VisibilityTimeout",
}

_MESSAGE_BYTES = 262144
"""The provider's default limit; AWS's limit is higher since August 2025."""


def _find_queue(target: Target, arguments: Arguments) -> Attributes | None:
    sqs = target.clients["sqs"]
    try:
        url = sqs.get_queue_url(QueueName=arguments["name"])["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return None
    return _attributes_of(url, target, arguments)


def _attributes_of(url: str, target: Target, arguments: Arguments) -> Attributes:
    arn = f"arn:aws:sqs:{target.region}:{target.account_id}:{arguments['name']}"
    return {**arguments, "id": url, "url": url, "arn": arn}


def _queue(target: Target, arguments: Arguments) -> Attributes:
    sqs = target.clients["sqs"]
    wanted = _wanted(arguments)
    found = _find_queue(target, arguments)
    if found is None:
        made = sqs.create_queue(QueueName=arguments["name"], Attributes=wanted, tags=target.tagged(arguments))
        return _attributes_of(made["QueueUrl"], target, arguments)
    wanted.pop("FifoQueue", None)  # only at creation
    sqs.set_queue_attributes(QueueUrl=found["url"], Attributes=wanted)
    sqs.tag_queue(QueueUrl=found["url"], Tags=target.tagged(arguments))
    return found


def _wanted(arguments: Arguments) -> dict[str, str]:
    unknown = set(arguments) - {*_ATTRIBUTES, *META_ARGUMENTS, "name", "tags"}
    if unknown:
        message = f"the direct deployment does not support the argument {min(unknown)}; use DEPLOY=terraform"
        raise DeploymentError(message)
    given = {name: arguments[name] for name in _ATTRIBUTES if arguments.get(name) is not None}
    given.setdefault("max_message_size", _MESSAGE_BYTES)
    return {_ATTRIBUTES[name]: _text(value) for name, value in given.items()}


def _text(value: Any) -> str:  # noqa: ANN401 - a boolean, number or string
    return str(value).lower() if isinstance(value, bool) else str(value)


def _remove_queue(target: Target, attributes: Attributes) -> None:
    target.clients["sqs"].delete_queue(QueueUrl=attributes["url"])


def _setting(argument: str) -> Kind:
    """Return the resource type of an attribute of a queue."""
    attribute = _ATTRIBUTES[argument]

    def find(target: Target, arguments: Arguments) -> Attributes | None:
        sqs = target.clients["sqs"]
        asked = {"QueueUrl": arguments["queue_url"], "AttributeNames": [attribute]}
        try:
            there = sqs.get_queue_attributes(**asked).get("Attributes", {}).get(attribute)
        except sqs.exceptions.QueueDoesNotExist:
            return None
        return {**arguments, "id": arguments["queue_url"]} if there else None

    def ensure(target: Target, arguments: Arguments) -> Attributes:
        value = {attribute: arguments[argument]}
        target.clients["sqs"].set_queue_attributes(QueueUrl=arguments["queue_url"], Attributes=value)
        return {**arguments, "id": arguments["queue_url"]}

    def remove(target: Target, attributes: Attributes) -> None:
        sqs = target.clients["sqs"]
        try:
            sqs.set_queue_attributes(QueueUrl=attributes["queue_url"], Attributes={attribute: ""})
        except sqs.exceptions.QueueDoesNotExist:
            return  # deleted with its queue

    return Kind(find, ensure, remove, tagged=False)


KINDS = {
    "aws_sqs_queue_policy": _setting("policy"),
    "aws_sqs_queue_redrive_policy": _setting("redrive_policy"),
    "aws_sqs_queue_redrive_allow_policy": _setting("redrive_allow_policy"),
    "aws_sqs_queue": Kind(_find_queue, _queue, _remove_queue),
}
