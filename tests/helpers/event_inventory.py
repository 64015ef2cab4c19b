"""The event resources of an inventory: event source mappings, queues, topics, schedules, buckets and keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chat_client.graphql import Json

BUCKET_SETTINGS = (
    "get_bucket_policy",
    "get_bucket_cors",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_ownership_controls",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_public_access_block",
)
POLICIES = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")
UNSAMPLED = "0"
"""Sampling rate of a topic's delivery logs as Terraform's provider stores it; AWS omits it."""
INVENTED_OF_KEYS = ("KeyId", "Arn", "CurrentKeyMaterialId")
STATE_BUCKETS = "state"
"""Part of the name of the bucket for Terraform's state, which only the deployment with Terraform creates."""


def event_resources(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    """Yield kind and name, and the settings, of all event resources."""
    for read in (_mappings, _queues, _topics, _clock, _buckets, _keys):
        yield from read(client)


def _mappings(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    for mapping in client("lambda").list_event_source_mappings()["EventSourceMappings"]:
        source = mapping["EventSourceArn"].split(":")[5].partition("/stream/")[0]
        settings = {key: value for key, value in mapping.items() if key not in {"UUID", "EventSourceMappingArn"}}
        settings["EventSourceArn"] = source  # the label of a stream is its creation time
        settings.pop("LastProcessingResult", None)
        yield f"lambda/mapping/{source}/{mapping['FunctionArn'].rsplit(':', 1)[-1]}", settings


def _queues(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    sqs = client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = _parsed(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])
        tags = sqs.list_queue_tags(QueueUrl=url).get("Tags")
        yield f"sqs/{url.rsplit('/', 1)[-1]}", {"attributes": attributes, "tags": tags}


def _topics(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    sns = client("sns")
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        attributes = _parsed(sns.get_topic_attributes(TopicArn=arn)["Attributes"])
        heard = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        yield (
            f"sns/{arn.rsplit(':', 1)[-1]}",
            {
                "attributes": {name: value for name, value in attributes.items() if value != UNSAMPLED},
                "tags": sns.list_tags_for_resource(ResourceArn=arn)["Tags"],
                "subscriptions": sorted((one["Protocol"], one["Endpoint"]) for one in heard),
            },
        )


def _clock(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    scheduler, events = client("scheduler"), client("events")
    for entry in scheduler.list_schedules()["Schedules"]:
        place = {"Name": entry["Name"], "GroupName": entry["GroupName"]}
        yield f"scheduler/{entry['GroupName']}/{entry['Name']}", scheduler.get_schedule(**place)
    for rule in events.list_rules()["Rules"]:
        targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        yield f"events/{rule['Name']}", {"rule": rule, "targets": {target.pop("Id"): target for target in targets}}


def _buckets(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    s3 = client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        if STATE_BUCKETS not in name:
            yield f"s3/{name}", {read: _setting(getattr(s3, read), name) for read in BUCKET_SETTINGS}


def _setting(read: Callable[..., Any], bucket: str) -> Json:
    try:
        answer: Json = read(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    del answer["ResponseMetadata"]
    for rule in answer.get("CORSRules", []):
        for name in ("AllowedMethods", "AllowedOrigins"):  # Terraform's provider stores them as sets
            rule[name].sort()
    return _parsed(answer)


def _parsed(attributes: Json) -> Json:
    """Parse policies: the two ways to deploy format them differently."""
    return {name: json.loads(value) if name in POLICIES else value for name, value in attributes.items()}


def _keys(client: Callable[[str], Any]) -> Iterator[tuple[str, Json]]:
    kms = client("kms")
    aliases = {alias.get("TargetKeyId"): alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}
    for entry in kms.list_keys()["Keys"]:
        key_id = entry["KeyId"]
        key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
        settings = {name: value for name, value in key.items() if name not in INVENTED_OF_KEYS}
        yield (
            f"kms/{aliases.get(key_id, key.get('Description') or key_id)}",
            {
                "key": settings,
                "rotates": kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"],
                "tags": kms.list_resource_tags(KeyId=key_id)["Tags"],
            },
        )
