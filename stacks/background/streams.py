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

_FOURTEEN_DAYS = 14 * 24 * 3600  # the maximum of SQS
_ONE_HOUR = 3600


class FailureQueue(Construct):
    """Encrypted queue of a function's failed records, which it keeps for 14 days.

    A separate policy allows the function's role to send messages: the provider polls a new queue for 25 seconds, and
    the function, which needs only its other permissions, would wait for it.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, function: Function) -> None:
        """Add the queue.

        Args:
            scope: The parent construct.
            id_: Its construct id.
            settings: Settings of the environment.
            function: The function; its name is the Terraform address of the queue.
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
    """Event source mapping from the stream of a table to a function.

    A failed record is isolated from its batch, retried three times, and then sent to the queue. So is a record that is
    an hour old, so that later records of its shard wait for an hour at most.
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
            scope: The parent construct.
            id_: Its construct id.
            address: Its Terraform address.
            function: The function to invoke; its role has ``stream_statement``.
            table: The table; its stream is enabled.
            filters: Filter patterns, from ``stream_filter``; at most five.
            failures: Queue of failed records.
            batch_size: Maximum number of records per invocation.
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
            depends_on=[failures.policy],  # Lambda rejects a destination that the role may not use
        )


def stream_statement(tables: Sequence[DynamodbTable]) -> Statement:
    """Return the statement that allows a function's role to read the streams of tables.

    The four actions are those of AWS SAM's policy template ``DynamoDBStreamReadPolicy``.
    """
    return Statement(
        ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
        tuple(table.stream_arn for table in tables),
    )
