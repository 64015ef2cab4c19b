"""SNS topics, policies and subscriptions."""

from __future__ import annotations

from typing import Any

from terraform.requests import META_ARGUMENTS, DeploymentError
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_TOPIC_ATTRIBUTES = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "delivery_policy": "DeliveryPolicy",
    "display_name": "DisplayName",
    "fifo_topic": "FifoTopic",
    "kms_master_key_id": "KmsMasterKeyId",
    "policy": "Policy",
}
_SUBSCRIPTION_ATTRIBUTES = {
    "delivery_policy": "DeliveryPolicy",
    "filter_policy": "FilterPolicy",
    "filter_policy_scope": "FilterPolicyScope",
    "raw_message_delivery": "RawMessageDelivery",
    "redrive_policy": "RedrivePolicy",
}


def _attributes(arguments: Arguments, names: dict[str, str], others: set[str]) -> dict[str, str]:
    unknown = set(arguments) - {*names, *META_ARGUMENTS, *others}
    if unknown:
        message = f"the direct deployment does not support the argument {min(unknown)}; use DEPLOY=terraform"
        raise DeploymentError(message)
    given = {name: arguments[name] for name in names if arguments.get(name) is not None}
    return {names[name]: _text(value) for name, value in given.items()}


def _text(value: Any) -> str:  # noqa: ANN401 - a boolean or string
    return str(value).lower() if isinstance(value, bool) else str(value)


def _topic_arn(target: Target, arguments: Arguments) -> str:
    return f"arn:aws:sns:{target.region}:{target.account_id}:{arguments['name']}"


def _find_topic(target: Target, arguments: Arguments) -> Attributes | None:
    sns, arn = target.clients["sns"], _topic_arn(target, arguments)
    try:
        sns.get_topic_attributes(TopicArn=arn)
    except sns.exceptions.NotFoundException:
        return None
    return {**arguments, "id": arn, "arn": arn}


def _topic(target: Target, arguments: Arguments) -> Attributes:
    sns, arn = target.clients["sns"], _topic_arn(target, arguments)
    wanted = _attributes(arguments, _TOPIC_ATTRIBUTES, {"name", "tags"})
    if _find_topic(target, arguments) is None:
        sns.create_topic(Name=arguments["name"], Attributes=wanted, Tags=target.tag_list(arguments))
        return {**arguments, "id": arn, "arn": arn}
    for name, value in wanted.items():
        if name != "FifoTopic":  # only at creation
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
    sns.tag_resource(ResourceArn=arn, Tags=target.tag_list(arguments))
    return {**arguments, "id": arn, "arn": arn}


def _remove_topic(target: Target, attributes: Attributes) -> None:
    target.clients["sns"].delete_topic(TopicArn=attributes["arn"])


def _find_policy(target: Target, arguments: Arguments) -> Attributes | None:
    sns = target.clients["sns"]
    try:
        sns.get_topic_attributes(TopicArn=arguments["arn"])
    except sns.exceptions.NotFoundException:
        return None
    return {**arguments, "id": arguments["arn"]}  # a topic always has a policy


def _policy(target: Target, arguments: Arguments) -> Attributes:
    place = {"TopicArn": arguments["arn"], "AttributeName": "Policy"}
    target.clients["sns"].set_topic_attributes(**place, AttributeValue=arguments["policy"])
    return {**arguments, "id": arguments["arn"]}


def _find_subscription(target: Target, arguments: Arguments) -> Attributes | None:
    sns = target.clients["sns"]
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arguments["topic_arn"])
    try:
        there = [subscription for page in pages for subscription in page["Subscriptions"]]
    except sns.exceptions.NotFoundException:
        return None
    wanted = (arguments["protocol"], arguments["endpoint"])
    found = next((each["SubscriptionArn"] for each in there if (each["Protocol"], each["Endpoint"]) == wanted), None)
    return None if found is None else {**arguments, "id": found, "arn": found}


def _subscription(target: Target, arguments: Arguments) -> Attributes:
    sns = target.clients["sns"]
    others = {"topic_arn", "protocol", "endpoint", "endpoint_auto_confirms", "confirmation_timeout_in_minutes"}
    wanted = _attributes(arguments, _SUBSCRIPTION_ATTRIBUTES, others)
    found = _find_subscription(target, arguments)
    if found is None:
        made = sns.subscribe(
            TopicArn=arguments["topic_arn"],
            Protocol=arguments["protocol"],
            Endpoint=arguments["endpoint"],
            Attributes=wanted,
            ReturnSubscriptionArn=True,
        )
        return {**arguments, "id": made["SubscriptionArn"], "arn": made["SubscriptionArn"]}
    for name, value in wanted.items():
        sns.set_subscription_attributes(SubscriptionArn=found["arn"], AttributeName=name, AttributeValue=value)
    return found


def _remove_subscription(target: Target, attributes: Attributes) -> None:
    target.clients["sns"].unsubscribe(SubscriptionArn=attributes["arn"])


KINDS = {
    "aws_sns_topic_subscription": Kind(_find_subscription, _subscription, _remove_subscription, tagged=False),
    "aws_sns_topic_policy": Kind(_find_policy, _policy, lambda _target, _attributes: None, tagged=False),
    "aws_sns_topic": Kind(_find_topic, _topic, _remove_topic),
}
