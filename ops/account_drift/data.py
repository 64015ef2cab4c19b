"""Access to tables and keys, copies of their data, and protection of tables, that differ from the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.account_drift.check import Check, Difference, added, extra, or_none, short
from ops.plans import nested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.account_drift.check import Account, Resource

_MISSING = ("ResourceNotFoundException", "NotFoundException", "TableNotFoundException")
_RECOVERY_DAYS = 35
"""The recovery period that DynamoDB uses without another one."""
_AWS_KEY = "alias/aws/dynamodb"
"""The alias of the key of AWS for DynamoDB, which tables use without another one."""


def _policies(account: Account, table: Resource) -> Iterator[Difference]:
    declared = account.values("aws_dynamodb_resource_policy", "resource_arn")
    places = {"resource policy": table["arn"], "resource policy of the stream": table["stream_arn"]}
    for what, arn in places.items():
        if not arn or arn in declared:
            continue
        found = or_none(
            lambda arn=arn: account.client("dynamodb").get_resource_policy(ResourceArn=arn),  # type: ignore[misc]
            "PolicyNotFoundException",
        )
        if found:
            yield extra(table, what, f"aws dynamodb delete-resource-policy --resource-arn {arn}")


def _stream_copies(account: Account, table: Resource) -> Iterator[Difference]:
    name = table["name"]
    found = account.client("dynamodb").describe_kinesis_streaming_destination(TableName=name)
    streams = [
        destination["StreamArn"]
        for destination in found["KinesisDataStreamDestinations"]
        if destination["DestinationStatus"] == "ACTIVE"
    ]
    declared = account.values("aws_dynamodb_kinesis_streaming_destination", "stream_arn", table_name=name)
    command = f"aws dynamodb disable-kinesis-streaming-destination --table-name {name} --stream-arn {{}}"
    yield from added(table, "Kinesis stream", streams, declared, command)


def _replicas(account: Account, table: Resource) -> Iterator[Difference]:
    described = account.client("dynamodb").describe_table(TableName=table["name"])["Table"]
    declared = table.arguments.get("replica") or []
    command = f"aws dynamodb update-table --table-name {table['name']} --replica-updates Delete={{{{RegionName={{}}}}}}"
    found = [replica["RegionName"] for replica in described.get("Replicas", [])]
    yield from added(table, "replica in", found, [replica["region_name"] for replica in declared], command)


def _readers(account: Account, table: Resource) -> Iterator[Difference]:
    if not table["stream_arn"]:
        return
    stream = table["stream_arn"]
    own = account.values("aws_lambda_function", "arn")
    for mapping in account.listed("lambda", "list_event_source_mappings", "EventSourceMappings", EventSourceArn=stream):
        if mapping["FunctionArn"] not in own:
            what = f"reader of the stream {mapping['FunctionArn']}"
            yield extra(table, what, f"aws lambda delete-event-source-mapping --uuid {mapping['UUID']}")


# The provider keeps the following settings if the release does not name them.


def _recovery_period(account: Account, table: Resource) -> Iterator[Difference]:
    declared = nested(table.arguments.get("point_in_time_recovery"))
    if not declared.get("enabled") or declared.get("recovery_period_in_days"):
        return  # Terraform compares it
    name = table["name"]
    backups = account.client("dynamodb").describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    days = backups.get("PointInTimeRecoveryDescription", {}).get("RecoveryPeriodInDays", _RECOVERY_DAYS)
    if days != _RECOVERY_DAYS:
        settings = f"PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays={_RECOVERY_DAYS}"
        command = "aws dynamodb update-continuous-backups"
        yield Difference(
            table.address,
            "point_in_time_recovery.recovery_period_in_days",
            f"is {days}; deployed: {_RECOVERY_DAYS}",
            "account",
            f"{command} --table-name {name} --point-in-time-recovery-specification {settings}",
        )


def _encryption_key(account: Account, table: Resource) -> Iterator[Difference]:
    if nested(table.arguments.get("server_side_encryption")).get("kms_key_arn"):
        return  # Terraform compares it
    name = table["name"]
    described = account.client("dynamodb").describe_table(TableName=name)["Table"]
    arn = described.get("SSEDescription", {}).get("KMSMasterKeyArn")
    if not arn or arn.endswith(f":{_AWS_KEY}"):
        return
    key = or_none(lambda: account.client("kms").describe_key(KeyId=arn)["KeyMetadata"], "NotFoundException") or {}
    if key.get("KeyManager") != "AWS":
        settings = f"Enabled=true,SSEType=KMS,KMSMasterKeyId={_AWS_KEY}"
        command = f"aws dynamodb update-table --table-name {name} --sse-specification {settings}"
        yield extra(table, f"encryption key {arn}", command, "server_side_encryption.kms_key_arn")


def _grants(account: Account, key: Resource) -> Iterator[Difference]:
    name = key["key_id"] or key["id"]
    for grant in account.listed("kms", "list_grants", "Grants", KeyId=name):
        # Services, such as DynamoDB for its tables, create grants for themselves.
        if not grant["GranteePrincipal"].endswith((".amazonaws.com", ".amazonaws.com.cn")):
            what = f"grant to {grant['GranteePrincipal']} {short(sorted(grant['Operations']))}"
            yield extra(key, what, f"aws kms revoke-grant --key-id {name} --grant-id {grant['GrantId']}")


CHECKS = (
    Check("aws_dynamodb_table", "resource policies of the table and of its stream", _policies, _MISSING),
    Check("aws_dynamodb_table", "Kinesis streams that receive its changes", _stream_copies, _MISSING),
    Check("aws_dynamodb_table", "replicas in other regions", _replicas, _MISSING),
    Check("aws_dynamodb_table", "functions of others that read its stream", _readers, _MISSING),
    Check(
        "aws_dynamodb_table", "days of point-in-time recovery, if the release names none", _recovery_period, _MISSING
    ),
    Check("aws_dynamodb_table", "encryption key, if the release names none", _encryption_key, _MISSING),
    Check("aws_kms_key", "grants, except those of AWS services", _grants, _MISSING),
)
