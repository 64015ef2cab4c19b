"""The ports of the message events, on AWS."""

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
from lambdas.common.tables import DynamoTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from lambdas.common.graphql import GraphqlClient
    from lambdas.common.items import Row
    from lambdas.message_events.handler import Settings


class S3Files:
    """Files in the bucket. An upload tags them; what has the tag expires by the bucket's lifecycle."""

    def __init__(self, settings: Settings, s3: S3Client) -> None:
        self._bucket = settings.bucket_name
        self._s3 = s3

    def keep(self, keys: Sequence[str]) -> None:
        """Take the tags away."""
        for key in keys:
            try:
                self._s3.delete_object_tagging(Bucket=self._bucket, Key=key)
                count("FilesKept")
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchKey":
                    raise
                count("FilesMissing")
                place = key.rsplit("/", 1)[0]  # without the file's name, which may be personal
                logger.warning("A message was sent with a file that is not there", extra={"place": place})

    def remove(self, keys: Sequence[str]) -> None:
        """Remove the files."""
        for key in keys:
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        count("FilesRemoved", len(keys))


class DynamoReactions:
    """Reactions in their table."""

    def __init__(self, settings: Settings, dynamodb: DynamoDBClient) -> None:
        self._reactions = DynamoTable(dynamodb, settings.reactions_table_name)

    def remove(self, message_id: str) -> None:
        """Remove all rows of a message."""
        for row in self._reactions.query("messageId", message_id):
            self._reactions.delete({"messageId": message_id, "reactionId": row["reactionId"]})


class GraphqlPublisher:
    """Subscriptions of the API."""

    def __init__(self, client: GraphqlClient) -> None:
        self._client = client

    def created(self, message_id: str, thread_root_id: str | None) -> None:
        """Bring a new message to its room, a reply with the message that its thread starts from."""
        publish(self._client, PUBLISH_MESSAGE_CREATED, {"id": message_id, "threadRootId": thread_root_id})

    def updated(self, message_id: str) -> None:
        """Bring an edited message to its room."""
        publish(self._client, PUBLISH_MESSAGE_UPDATED, {"id": message_id})

    def deleted(self, message_id: str) -> None:
        """Bring a tombstone to its room."""
        publish(self._client, PUBLISH_MESSAGE_DELETED, {"id": message_id})

    def reacted(self, reaction: Row, *, is_added: bool) -> None:
        """Bring a reaction that was given, or taken back, to its room."""
        publish(self._client, PUBLISH_REACTION_ADDED if is_added else PUBLISH_REACTION_REMOVED, {"input": reaction})
