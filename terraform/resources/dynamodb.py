"""DynamoDB tables, which are never removed or replaced, because they contain data."""

from __future__ import annotations

from typing import Any

from terraform.requests import META_ARGUMENTS, DeploymentError
from terraform.resources.resource import Arguments, Attributes, Kind, Target

_KNOWN = {
    *META_ARGUMENTS,
    "name",
    "billing_mode",
    "hash_key",
    "range_key",
    "attribute",
    "global_secondary_index",
    "stream_enabled",
    "stream_view_type",
    "ttl",
    "server_side_encryption",
    "point_in_time_recovery",
    "deletion_protection_enabled",
    "tags",
}


def _find_table(target: Target, arguments: Arguments) -> Attributes | None:
    dynamodb = target.clients["dynamodb"]
    try:
        table = dynamodb.describe_table(TableName=arguments["name"])["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return None
    return _attributes_of(table, arguments)


def _attributes_of(table: dict[str, Any], arguments: Arguments) -> Attributes:
    return {
        **arguments,
        "id": arguments["name"],
        "arn": table["TableArn"],
        "stream_arn": table.get("LatestStreamArn", ""),
        "stream_label": table.get("LatestStreamLabel", ""),
    }


def _table(target: Target, arguments: Arguments) -> Attributes:
    unknown = set(arguments) - _KNOWN
    if unknown:
        message = f"the direct deployment does not support the argument {min(unknown)}; use DEPLOY=terraform"
        raise DeploymentError(message)
    dynamodb = target.clients["dynamodb"]
    name = arguments["name"]
    try:
        table = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        dynamodb.create_table(**_create_request(target, arguments))
    else:
        _change(dynamodb, table, arguments)
        dynamodb.tag_resource(ResourceArn=table["TableArn"], Tags=target.tag_list(arguments))
    _expiry(dynamodb, name, _block(arguments.get("ttl")))
    _recovery(dynamodb, name, _block(arguments.get("point_in_time_recovery")))
    return _attributes_of(dynamodb.describe_table(TableName=name)["Table"], arguments)


def _create_request(target: Target, arguments: Arguments) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "TableName": arguments["name"],
        "BillingMode": arguments.get("billing_mode", "PROVISIONED"),
        "KeySchema": _key_schema(arguments),
        "AttributeDefinitions": _attributes(arguments),
        "DeletionProtectionEnabled": bool(arguments.get("deletion_protection_enabled")),
        "Tags": target.tag_list(arguments),
    }
    indexes = [_index(index) for index in arguments.get("global_secondary_index") or []]
    if indexes:
        wanted["GlobalSecondaryIndexes"] = indexes
    if arguments.get("stream_enabled"):
        wanted["StreamSpecification"] = _stream(arguments)
    encryption = _block(arguments.get("server_side_encryption"))
    if encryption.get("enabled"):
        wanted["SSESpecification"] = {"Enabled": True}
        if encryption.get("kms_key_arn"):
            wanted["SSESpecification"].update(SSEType="KMS", KMSMasterKeyId=encryption["kms_key_arn"])
    return wanted


def _change(dynamodb: Any, table: dict[str, Any], arguments: Arguments) -> None:  # noqa: ANN401 - a boto3 client
    name = arguments["name"]
    if sorted(map(str, table["KeySchema"])) != sorted(map(str, _key_schema(arguments))):
        message = (
            f"the keys of the table {name} have changed, which would replace it and lose its rows. "
            "If the rows may go: `make clean`, then `make up`"
        )
        raise DeploymentError(message)
    if bool(table.get("DeletionProtectionEnabled")) != bool(arguments.get("deletion_protection_enabled")):
        protection = bool(arguments.get("deletion_protection_enabled"))
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=protection)
    streaming = bool((table.get("StreamSpecification") or {}).get("StreamEnabled"))
    if streaming != bool(arguments.get("stream_enabled")):
        wanted = _stream(arguments) if arguments.get("stream_enabled") else {"StreamEnabled": False}
        dynamodb.update_table(TableName=name, StreamSpecification=wanted)
    _change_indexes(dynamodb, table, arguments)


def _change_indexes(dynamodb: Any, table: dict[str, Any], arguments: Arguments) -> None:  # noqa: ANN401
    there = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or []}
    wanted = {index["name"]: _index(index) for index in arguments.get("global_secondary_index") or []}
    for name, index in there.items():
        if name not in wanted or _essence(index) != _essence(wanted[name]):
            update = [{"Delete": {"IndexName": name}}]
            dynamodb.update_table(TableName=arguments["name"], GlobalSecondaryIndexUpdates=update)
    for name, index in wanted.items():
        if name not in there or _essence(there[name]) != _essence(index):
            dynamodb.update_table(
                TableName=arguments["name"],
                AttributeDefinitions=_attributes(arguments),
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


def _essence(index: dict[str, Any]) -> str:
    return str((sorted(map(str, index["KeySchema"])), index["Projection"]))


def _expiry(dynamodb: Any, name: str, ttl: dict[str, Any]) -> None:  # noqa: ANN401
    there = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled, attribute = bool(ttl.get("enabled")), ttl.get("attribute_name") or there.get("AttributeName")
    if enabled != (there.get("TimeToLiveStatus") == "ENABLED"):
        wanted = {"Enabled": enabled, "AttributeName": attribute}
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


def _recovery(dynamodb: Any, name: str, recovery: dict[str, Any]) -> None:  # noqa: ANN401
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    status = (backups.get("PointInTimeRecoveryDescription") or {}).get("PointInTimeRecoveryStatus")
    enabled = bool(recovery.get("enabled"))
    if enabled != (status == "ENABLED"):
        wanted = {"PointInTimeRecoveryEnabled": enabled}
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=wanted)


def _block(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a block as an object, a list of one, or nothing
    block: dict[str, Any] = (value[0] if isinstance(value, list) and value else value) or {}
    return block


def _key_schema(keyed: dict[str, Any]) -> list[dict[str, str]]:
    keys = [{"AttributeName": keyed["hash_key"], "KeyType": "HASH"}]
    return [*keys, {"AttributeName": keyed["range_key"], "KeyType": "RANGE"}] if keyed.get("range_key") else keys


def _attributes(arguments: Arguments) -> list[dict[str, str]]:
    return [{"AttributeName": block["name"], "AttributeType": block["type"]} for block in arguments["attribute"]]


def _index(index: dict[str, Any]) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": index["projection_type"]}
    if index.get("non_key_attributes"):
        projection["NonKeyAttributes"] = index["non_key_attributes"]
    return {"IndexName": index["name"], "KeySchema": _key_schema(index), "Projection": projection}


def _stream(arguments: Arguments) -> dict[str, Any]:
    return {"StreamEnabled": True, "StreamViewType": arguments["stream_view_type"]}


KINDS = {"aws_dynamodb_table": Kind(_find_table, _table)}
