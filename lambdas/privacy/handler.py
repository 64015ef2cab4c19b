"""Entry point of the privacy jobs: records of the stream of their table that wake a job."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import boto3
from pydantic import Field

from lambdas.common.clients import LATER
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.settings import BucketName, FunctionSettings, TableName, Url
from lambdas.common.streams import Change, handle_changes
from lambdas.common.tables import DynamoTable
from lambdas.privacy.aws import Bucket, Chat, Pool, Publisher
from lambdas.privacy.deletion import Deletion
from lambdas.privacy.export import Export
from lambdas.privacy.job import REMEMBERED_DAYS, Job, Jobs, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


TURN_SECONDS = 20
"""How long one invocation goes on: users whose jobs are behind it in the stream get their turn in between."""


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


@dataclass(frozen=True, slots=True)
class Privacy:
    """Does the jobs, a turn at a time."""

    jobs: Jobs
    export: Export
    deletion: Deletion
    export_days: int
    clock: Callable[[], datetime]

    @classmethod
    def of(
        cls,
        settings: Settings,
        *,
        dynamodb: DynamoDBClient,
        s3: S3Client,
        cognito: CognitoIdentityProviderClient,
        client: GraphqlClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Privacy:
        """Put the parts together."""
        chat, bucket = Chat(settings, dynamodb), Bucket(settings.bucket_name, s3)
        pool, jobs = Pool(settings.user_pool_id, cognito), Jobs(DynamoTable(dynamodb, settings.privacy_table_name))
        return cls(
            jobs=jobs,
            export=Export(chat, bucket, pool),
            deletion=Deletion(
                chat=chat,
                bucket=bucket,
                pool=pool,
                publisher=Publisher(client),
                jobs=jobs,
                is_erasing=settings.deleted_messages == "erase",
                clock=clock,
            ),
            export_days=settings.export_days,
            clock=clock,
        )

    def handle(self, change: Change) -> None:
        """Do one turn of the job that the record wakes; a turn that was done before is not done again."""
        row = change.current
        job = self.jobs.due(row["userId"], row["kind"], row["turn"])
        if job is not None:
            self._turn(job, row["turn"])

    def _turn(self, job: Job, turn: int) -> None:
        if job.kind == "EXPORT" and self.jobs.is_deleting(job.user_id):
            self.jobs.forget(job)
            return
        end = time.monotonic() + TURN_SECONDS
        is_export = job.kind == "EXPORT"
        steps = self.export.steps if is_export else self.deletion.steps
        if not run(job, steps, self.jobs, lambda: time.monotonic() < end):
            self.jobs.wake(job, turn)
            logger.info("A privacy job goes on", extra=_facts(job))
            return
        self.jobs.complete(job, self.clock(), self.export_days if is_export else REMEMBERED_DAYS)
        count("ExportsCompleted" if is_export else "AccountsDeleted")
        logger.info("A privacy job is done", extra=_facts(job))


def _facts(job: Job) -> dict[str, Any]:
    """What may be logged of a job."""
    return {"job_id": job.job_id, "kind": job.kind, "step": job.step, "rooms": job.room_count}


@cache
def _privacy() -> Privacy:
    """Build the clients once in the life of an execution environment."""
    settings = Settings.from_environment()
    return Privacy.of(
        settings,
        dynamodb=boto3.client("dynamodb", config=LATER.config),
        s3=boto3.client("s3", config=LATER.config),
        cognito=boto3.client("cognito-idp", config=LATER.config),
        client=GraphqlClient.from_session(settings.graphql_url),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer with the records that failed, so that Lambda repeats from the first of them."""
    return handle_changes(event, context, _privacy().handle)
