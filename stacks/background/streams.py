"""Event source mappings from DynamoDB streams to functions, and the queue for records that failed every attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.bindings import (
    Construct,
    DynamodbTable,
    LambdaEventSourceMapping,
    LambdaEventSourceMappingDestinationConfig,
    LambdaEventSourceMappingDestinationConfigOnFailure,
    LambdaEventSourceMappingFilterCriteria,
    LambdaEventSourceMappingFilterCriteriaFilter,
    SqsQueue,
    add,
)
from stacks.encryption import key_arn
from stacks.names import physical_name
from stacks.permissions import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.functions import Function
    from stacks.settings import Settings

_FOURTEEN_DAYS = 14 * 24 * 3600  # SQS keeps no message longer
_ONE_HOUR = 3600


class FailureQueue(Construct):
    """Keeps what a function could not handle, for 14 days, encrypted.

    The function's role may put messages there by a policy of its own: the provider watches a new queue's attributes for
    25 seconds, for which the function, that needs its other permissions first, would wait.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, function: Function) -> None:
        """Add the queue.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            settings: The environment.
            function: Whose it is; its name is the queue's Terraform address too.
        """
        super().__init__(scope, id_)
        self.function = function.name
        key = key_arn(settings)
        self.queue = add(
            self,
            SqsQueue,
            function.name,
            name=physical_name(settings, f"{function.name.replace('_', '-')}-failures", "queue"),
            message_retention_seconds=_FOURTEEN_DAYS,
            sqs_managed_sse_enabled=True if key is None else None,
            kms_master_key_id=key,
        )
        send = Statement(("sqs:SendMessage",), (self.queue.arn,))
        self.policy = function.role.allow(f"{function.name}_failures", [send])


class StreamSource(Construct):
    """Brings the changes of one table to one function.

    A record that fails is tried three times more, apart from the others of its batch, and then goes to the queue; so
    does one that is an hour old. What is behind it in its shard waits that long and no longer.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: str,
        function: Function,
        table: DynamodbTable,
        filters: Sequence[str],
        failures: FailureQueue,
        batch_size: int,
    ) -> None:
        """Add the mapping.

        Args:
            scope: The construct it belongs to.
            id_: Its name there.
            address: Its Terraform address.
            function: Who is called; its role has ``stream_statements``.
            table: Whose changes; its stream is on.
            filters: Filter patterns, from ``stream_filter``; at most five.
            failures: Where failed records go.
            batch_size: How many records one call is given at most.
        """
        super().__init__(scope, id_)
        self.resource = add(
            self,
            LambdaEventSourceMapping,
            address,
            event_source_arn=table.stream_arn,
            function_name=function.resource.arn,
            starting_position="TRIM_HORIZON",
            batch_size=batch_size,
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=3,
            maximum_record_age_in_seconds=_ONE_HOUR,
            filter_criteria=LambdaEventSourceMappingFilterCriteria(
                filter=[LambdaEventSourceMappingFilterCriteriaFilter(pattern=pattern) for pattern in filters]
            ),
            destination_config=LambdaEventSourceMappingDestinationConfig(
                on_failure=LambdaEventSourceMappingDestinationConfigOnFailure(destination_arn=failures.queue.arn)
            ),
            depends_on=[failures.policy],  # Lambda refuses a destination that the role may not use
        )


def stream_statement(tables: Sequence[DynamodbTable]) -> Statement:
    """Return what lets Lambda read the streams of tables with a function's role.

    The four actions are those of AWS SAM's policy template ``DynamoDBStreamReadPolicy``.
    """
    return Statement(
        ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
        tuple(table.stream_arn for table in tables),
    )
