"""Files in S3, reactions in DynamoDB, and publishing through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.common.observability import count, logger
from lambdas.common.publishing import (
    PUBLISH_MESSAGE_CREATED,
    PUBLISH_MESSAGE_DELETED,
    PUBLISH_MESSAGE_UPDATED,
    PUBLISH_REACTION_ADDED,
    PUBLISH_REACTION_REMOVED,
    publish,
)
from lambdas.common.settings import BucketName, FunctionSettings, TableName, Url
from lambdas.common.tables import DynamoTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row


class Settings(FunctionSettings):
    """Environment variables of the function."""

    graphql_url: Url
    bucket_name: BucketName
    reactions_table_name: TableName


class S3Files:
    """Files in the bucket. Uploads are tagged, and the bucket's lifecycle expires tagged files."""

    def __init__(self, settings: Settings, s3: S3Client) -> None:
        self._bucket = settings.bucket_name
        self._s3 = s3

    def keep(self, keys: Sequence[str]) -> None:
        """Remove the tags, so that the files do not expire."""
        for key in keys:
            try:
                self._s3.delete_object_tagging(Bucket=self._bucket, Key=key)
                count("FilesKept")
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchKey":
                    raise
                count("FilesMissing")
                place = key.rsplit("/", 1)[0]  # without the file's name, which may be personal data
                logger.warning("A file of a message does not exist", extra={"place": place})

    def remove(self, keys: Sequence[str]) -> None:
        """Delete the files."""
        for key in keys:
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        count("FilesRemoved", len(keys))


class DynamoReactions:
    """Reactions in separate rows."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._reactions = DynamoTable(dynamodb, settings.reactions_table_name)

    def remove(self, message_id: str) -> None:
        """Delete all rows of a message."""
        for row in self._reactions.query("messageId", message_id):
            self._reactions.delete({"messageId": message_id, "reactionId": row["reactionId"]})


class GraphqlPublisher:
    """Publishes events of messages and reactions through the ``publish...`` mutations."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def created(self, message_id: str, thread_root_id: str | None) -> None:
        """Publish a new message, and the root of its thread if it is a reply."""
        publish(self._client, PUBLISH_MESSAGE_CREATED, {"id": message_id, "threadRootId": thread_root_id})

    def updated(self, message_id: str) -> None:
        """Publish an edited message."""
        publish(self._client, PUBLISH_MESSAGE_UPDATED, {"id": message_id})

    def deleted(self, message_id: str) -> None:
        """Publish the deletion of a message."""
        publish(self._client, PUBLISH_MESSAGE_DELETED, {"id": message_id})

    def reacted(self, reaction: Row, *, is_added: bool) -> None:
        """Publish that a reaction was added or removed."""
        publish(self._client, PUBLISH_REACTION_ADDED if is_added else PUBLISH_REACTION_REMOVED, {"input": reaction})
