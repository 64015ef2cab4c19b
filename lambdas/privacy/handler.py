"""Runs exports and account deletions: processes the stream of their table."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from lambdas.common.clients import BACKGROUND
from lambdas.common.graphql import GraphqlClient
from lambdas.common.observability import count, logger, metrics, tracer
from lambdas.common.streams import Change, handle_changes
from lambdas.common.tables import DynamoTable
from lambdas.privacy.aws import Bucket, Chat, Pool, Publisher, Settings
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


TIME_SLICE_SECONDS = 20
"""Maximum duration of a time slice. Other users' jobs in the same shard run in between."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """Runs jobs, one time slice per invocation."""

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
        """Return an instance with these settings and clients."""
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
        """Run a time slice of the job that the record starts or continues, unless it has run before."""
        row = change.current
        job = self.jobs.due(row["userId"], row["kind"], row["turn"])
        if job is not None:
            self._run_time_slice(job, row["turn"])

    def _run_time_slice(self, job: Job, time_slice: int) -> None:
        if job.kind == "EXPORT" and self.jobs.is_deleting(job.user_id):
            self.jobs.forget(job)
            return
        end = time.monotonic() + TIME_SLICE_SECONDS
        is_export = job.kind == "EXPORT"
        steps = self.export.steps if is_export else self.deletion.steps
        if not run(job, steps, self.jobs, lambda: time.monotonic() < end):
            self.jobs.wake(job, time_slice)
            logger.info("Privacy job continues", extra=_log_fields(job))
            return
        self.jobs.complete(job, self.clock(), self.export_days if is_export else REMEMBERED_DAYS)
        count("ExportsCompleted" if is_export else "AccountsDeleted")
        logger.info("Privacy job completed", extra=_log_fields(job))


def _log_fields(job: Job) -> dict[str, Any]:
    """Return the fields of a job that may be logged."""
    return {"job_id": job.job_id, "kind": job.kind, "step": job.step, "rooms": job.room_count}


@cache
def _privacy() -> Privacy:
    """Create the clients once per execution environment."""
    settings = Settings.from_environment()
    return Privacy.of(
        settings,
        dynamodb=boto3.client("dynamodb", config=BACKGROUND.config),
        s3=boto3.client("s3", config=BACKGROUND.config),
        cognito=boto3.client("cognito-idp", config=BACKGROUND.config),
        client=GraphqlClient.from_session(settings.graphql_url),
    )


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Return the failed records; Lambda retries from the first of them on."""
    return handle_changes(event, context, _privacy().handle)
