"""What a function's answer says about its batch.

Rules: Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.embedded.events.streams import sequence_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from appsync_local.backend import FunctionResult
    from local.embedded.events.streams import Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a batch came.

    Attributes:
        done: number of records, from the first, that are done with.
        function_error: AWS's error kind if the function itself failed, for example ``Unhandled``.
    """

    done: int
    function_error: str | None = None


def judge(result: FunctionResult, records: Sequence[Record], *, reports_failures: bool) -> Verdict:
    """Read an answer; records from the lowest one that failed on are not done.

    Args:
        result: what the function gave back.
        records: the batch it was given, in order.
        reports_failures: whether the mapping has ``ReportBatchItemFailures``.
    """
    if result.function_error is not None:
        return Verdict(0, result.function_error)
    failures = _reported(result.payload) if reports_failures else []
    if not failures:
        return Verdict(len(records))
    numbers = [sequence_number(record) for record in records]
    try:
        return Verdict(min(numbers.index(_identifier(failure)) for failure in failures))
    except ValueError:  # an identifier that is empty, misnamed or of no record: the whole batch has failed
        return Verdict(0)


def _reported(payload: bytes) -> list[Any]:
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return []
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    return failures if isinstance(failures, list) else []


def _identifier(failure: Any) -> str:  # noqa: ANN401 - whatever the function put there
    return str(failure.get("itemIdentifier") or "") if isinstance(failure, dict) else ""
