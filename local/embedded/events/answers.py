"""Interprets a function's response to a batch.

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
    """The processed part of a batch.

    Attributes:
        done: number of completed records, from the first.
        function_error: AWS's error type if the function itself failed, for example ``Unhandled``.
    """

    done: int
    function_error: str | None = None


def judge(result: FunctionResult, records: Sequence[Record], *, reports_failures: bool) -> Verdict:
    """Interpret a response; records from the lowest failed one on are not completed.

    Args:
        result: the response of the function.
        records: the batch, in order.
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
    except ValueError:  # an identifier that is empty, misnamed or of an unknown record: the whole batch has failed
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
