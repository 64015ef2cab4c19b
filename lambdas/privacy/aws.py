"""Tables, bucket, user pool and API."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError
from pydantic import Field

from lambdas.common.items import to_item
from lambdas.common.publishing import PUBLISH_MEMBER_DELETED, PUBLISH_MESSAGE_DELETED, PUBLISH_MESSAGE_UPDATED
from lambdas.common.settings import BucketName, FunctionSettings, TableName, Url
from lambdas.common.tables import DynamoTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from lambdas.common.graphql import GraphqlClient
    from lambdas.privacy.changes import Changes

_CANCELLED = "TransactionCanceledException"


class Settings(FunctionSettings):
    """Environment variables of the function."""

    graphql_url: Url
    user_pool_id: str = Field(min_length=3)
    bucket_name: BucketName
    deleted_messages: Literal["anonymize", "erase"]
    export_days: int = Field(ge=1)
    audit_table_name: TableName
    deduplication_table_name: TableName
    memberships_table_name: TableName
    messages_table_name: TableName
    notifications_table_name: TableName
    presence_table_name: TableName
    privacy_table_name: TableName
    reactions_table_name: TableName
    reports_table_name: TableName
    rooms_table_name: TableName
    users_table_name: TableName


class Chat:
    """All tables that may have data of a user."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._dynamodb = dynamodb
        self.audit = DynamoTable(dynamodb, settings.audit_table_name)
        self.markers = DynamoTable(dynamodb, settings.deduplication_table_name)
        self.memberships = DynamoTable(dynamodb, settings.memberships_table_name)
        self.messages = DynamoTable(dynamodb, settings.messages_table_name)
        self.notifications = DynamoTable(dynamodb, settings.notifications_table_name)
        self.presence = DynamoTable(dynamodb, settings.presence_table_name)
        self.reactions = DynamoTable(dynamodb, settings.reactions_table_name)
        self.reports = DynamoTable(dynamodb, settings.reports_table_name)
        self.rooms = DynamoTable(dynamodb, settings.rooms_table_name)
        self.users = DynamoTable(dynamodb, settings.users_table_name)

    def apply(self, table: DynamoTable, key: Mapping[str, Any], changes: Changes) -> bool:
        """Apply changes to a row; return whether its condition held."""
        done = table.update(
            key, changes.update, condition=changes.condition, names=changes.names, values=changes.values
        )
        return done is not None

    def transact(self, writes: Sequence[dict[str, Any]]) -> bool:
        """Apply all writes or none.

        Returns:
            False if a condition failed, or another write changed the same rows at the same time.
        """
        items: list[Any] = [dict(write) for write in writes]
        try:
            self._dynamodb.transact_write_items(TransactItems=items)
        except ClientError as error:
            if error.response["Error"]["Code"] != _CANCELLED:
                raise
            return False
        return True


def update_of(table: DynamoTable, key: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """Return an update of a row as part of a transaction."""
    return {
        "Update": {
            "TableName": table.name,
            "Key": to_item(key),
            "UpdateExpression": changes.update,
            "ConditionExpression": changes.condition,
            "ExpressionAttributeNames": changes.names,
            "ExpressionAttributeValues": to_item(changes.values),
        }
    }


def put_of(table: DynamoTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a put of a row as part of a transaction."""
    return {"Put": {"TableName": table.name, "Item": to_item(row)}}


def delete_of(table: DynamoTable, key: Mapping[str, Any], condition: str | None = None) -> dict[str, Any]:
    """Return a delete of a row as part of a transaction."""
    conditional = {} if condition is None else {"ConditionExpression": condition}
    return {"Delete": {"TableName": table.name, "Key": to_item(key), **conditional}}


class Bucket:
    """Bucket of the messages' files and the exports' archives."""

    def __init__(self, name: str, s3: S3Client) -> None:
        self._name = name
        self._s3 = s3

    def files(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield key and size of all files with a prefix, ordered by key."""
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix):
            for each in page.get("Contents", ()):
                yield each["Key"], each["Size"]

    def remove(self, prefix: str) -> None:
        """Delete all files with a prefix."""
        for key, _ in list(self.files(prefix)):
            self._s3.delete_object(Bucket=self._name, Key=key)

    def read(self, key: str) -> IO[bytes] | None:
        """Open a file; None if it does not exist."""
        try:
            body: Any = self._s3.get_object(Bucket=self._name, Key=key)["Body"]
        except self._s3.exceptions.NoSuchKey:
            return None
        stream: IO[bytes] = body
        return stream

    def write(self, key: str, content: IO[bytes] | bytes, content_type: str) -> None:
        """Write a file."""
        self._s3.put_object(Bucket=self._name, Key=key, Body=content, ContentType=content_type)


class Pool:
    """The user pool."""

    def __init__(self, user_pool_id: str, cognito: CognitoIdentityProviderClient) -> None:
        self._id = user_pool_id
        self._cognito = cognito

    def attributes(self, username: str) -> dict[str, str]:
        """Return the attributes of a user; none if the user does not exist."""
        try:
            response = self._cognito.admin_get_user(UserPoolId=self._id, Username=username)
        except self._cognito.exceptions.UserNotFoundException:
            return {}
        return {each["Name"]: each.get("Value", "") for each in response["UserAttributes"]}

    def lock(self, username: str) -> None:
        """Disable the user, if it exists, and revoke all its sessions."""
        try:
            self._cognito.admin_disable_user(UserPoolId=self._id, Username=username)
            self._cognito.admin_user_global_sign_out(UserPoolId=self._id, Username=username)
        except self._cognito.exceptions.UserNotFoundException:
            return

    def remove(self, username: str) -> None:
        """Delete the user, if it exists."""
        try:
            self._cognito.admin_delete_user(UserPoolId=self._id, Username=username)
        except self._cognito.exceptions.UserNotFoundException:
            return


class Publisher:
    """Publishes changes of an account deletion through the ``publish...`` mutations."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def updated(self, message_id: str) -> None:
        """Publish a changed message."""
        self._client.execute(PUBLISH_MESSAGE_UPDATED, {"id": message_id})

    def deleted(self, message_id: str) -> None:
        """Publish the deletion of a message."""
        self._client.execute(PUBLISH_MESSAGE_DELETED, {"id": message_id})

    def left(self, room_id: str, user_id: str) -> None:
        """Publish that a member left, and end the member's subscriptions to the room."""
        self._client.execute(PUBLISH_MEMBER_DELETED, {"chatRoomId": room_id, "userId": user_id})
