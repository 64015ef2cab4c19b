"""The definition of a background function: its trigger, its permissions, and the environment variables it gets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from stacks.permissions import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stacks.api import Api
    from stacks.bindings import CognitoUserPool, DynamodbTable, S3Bucket
    from stacks.function_code import FunctionCode
    from stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class SharedResources:
    """The resources of a stack that background functions use."""

    settings: Settings
    api: Api
    tables: Mapping[str, DynamodbTable]
    """The DynamoDB tables by key."""
    bucket: S3Bucket
    """The bucket of attachments and exports."""
    user_pool: CognitoUserPool
    code: FunctionCode


class Access(Protocol):
    """Access to a resource: the statement of the function's role and the variables that name the resource."""

    def statement(self, resources: SharedResources) -> Statement:
        """Return the statement that allows the access."""
        ...

    def environment(self, resources: SharedResources) -> dict[str, str]:
        """Return the environment variables by name."""
        ...


@dataclass(frozen=True, slots=True)
class TableAccess:
    """DynamoDB actions on tables; each table's name is in ``<KEY>_TABLE_NAME``."""

    tables: tuple[str, ...]
    """Keys of tables, or ``<key>.<index>`` for an index, as in the ``@access`` tags of ``graphql/``."""
    actions: tuple[str, ...]
    """Actions without the prefix ``dynamodb:``."""

    def statement(self, resources: SharedResources) -> Statement:
        """Return the statement that allows the actions."""
        arns = (self._arn(resources, *name.split(".")) for name in self.tables)
        return Statement(tuple(f"dynamodb:{action}" for action in self.actions), tuple(arns))

    def environment(self, resources: SharedResources) -> dict[str, str]:
        """Return the variables with the tables' names."""
        keys = (name.partition(".")[0] for name in self.tables)
        return {f"{key.upper()}_TABLE_NAME": resources.tables[key].name for key in keys}

    @staticmethod
    def _arn(resources: SharedResources, key: str, index: str | None = None) -> str:
        arn = resources.tables[key].arn
        return arn if index is None else f"{arn}/index/{index}"


@dataclass(frozen=True, slots=True)
class BucketAccess:
    """S3 actions on the bucket, or on its objects; the bucket's name is in ``BUCKET_NAME``."""

    objects: str | None
    """Pattern of object keys, for example ``rooms/*``; None for actions on the bucket itself."""
    actions: tuple[str, ...]
    """Actions without the prefix ``s3:``."""

    def statement(self, resources: SharedResources) -> Statement:
        """Return the statement that allows the actions."""
        arn = resources.bucket.arn
        resource = arn if self.objects is None else f"{arn}/{self.objects}"
        return Statement(tuple(f"s3:{action}" for action in self.actions), (resource,))

    def environment(self, resources: SharedResources) -> dict[str, str]:
        """Return the variable with the bucket's name."""
        return {"BUCKET_NAME": resources.bucket.bucket}


@dataclass(frozen=True, slots=True)
class UserPoolAccess:
    """Cognito actions on the user pool; its id is in ``USER_POOL_ID``."""

    actions: tuple[str, ...]
    """Actions without the prefix ``cognito-idp:``."""

    def statement(self, resources: SharedResources) -> Statement:
        """Return the statement that allows the actions."""
        return Statement(tuple(f"cognito-idp:{action}" for action in self.actions), (resources.user_pool.arn,))

    def environment(self, resources: SharedResources) -> dict[str, str]:
        """Return the variable with the pool's id."""
        return {"USER_POOL_ID": resources.user_pool.id}


@dataclass(frozen=True, slots=True)
class PublishAccess:
    """Mutations of the API that only IAM may call; the API's URL is in ``GRAPHQL_URL``."""

    mutations: tuple[str, ...]

    def statement(self, resources: SharedResources) -> Statement:
        """Return the statement that allows the mutations."""
        return resources.api.publish_statement(*self.mutations)

    def environment(self, resources: SharedResources) -> dict[str, str]:
        """Return the variable with the API's URL."""
        return {"GRAPHQL_URL": resources.api.url}


@dataclass(frozen=True, slots=True)
class ScheduleDefinition:
    """A schedule."""

    expression: str
    """A schedule expression of EventBridge Scheduler, for example ``rate(1 minute)``."""
    description: str
    """Purpose, as shown in the AWS console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundDefinition:
    """Everything that differs between background functions."""

    name: str
    """Folder below ``lambdas/``, and Terraform address of the function."""
    description: str
    streams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key of a table -> filters of its stream, from :func:`stream_filter`; five filters per stream at most."""
    schedule: ScheduleDefinition | None = None
    access: tuple[Access, ...]
    """Permissions besides logs, traces and its streams."""
    environment: Callable[[Settings], dict[str, str]] = lambda _: {}
    """Environment variables that come from settings."""
    metrics: tuple[str, ...] = ()
    """Metrics that it emits (``MetricName`` in ``lambdas/common/observability.py``), besides ``RecordsFailed``."""
    timeout_seconds: int = 29
    memory_megabytes: int = 256
    batch_size: int = 25
    """Maximum number of stream records per invocation."""


def stream_filter(*events: str, new: dict[str, Any] | None = None, old: dict[str, Any] | None = None) -> str:
    """Return a filter pattern for a DynamoDB stream, as JSON. Records that do not match invoke nothing.

    A pattern sees each image by itself (Lambda developer guide, "Control which events Lambda sends to your function"):
    it cannot compare old and new values. The function has to.

    Args:
        events: ``INSERT``, ``MODIFY`` or ``REMOVE``; all of them if none is given.
        new: Pattern of the new image, in DynamoDB JSON.
        old: Pattern of the old image, in DynamoDB JSON.
    """
    images = {name: image for name, image in (("NewImage", new), ("OldImage", old)) if image is not None}
    pattern = {"dynamodb": images, **({"eventName": list(events)} if events else {})}
    return json.dumps(pattern, sort_keys=True, separators=(",", ":"))
