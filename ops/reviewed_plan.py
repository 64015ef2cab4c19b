"""The JSON of a plan for its review, with the record that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.commands import OperationError, RefusedError
from common.error_messages import sentence
from ops.plans import Plan
from ops.promotion_checks import check_json, check_stack
from ops.records import ReviewRecord, read_record
from terraform.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

_REMEDY = "`python -m ops plan` writes the file and its record together: --json FILE --record FILE."


def read_reviewed_plan(json_file: Path, record_file: Path, environment: str | None, stacks: Path) -> tuple[Plan, str]:
    """Return a plan with the arguments of its stack, and the environment of its record.

    Args:
        json_file: the plan's JSON.
        record_file: the record of the same plan.
        environment: the expected environment; None for the one in the record.
        stacks: the synthesized stacks.

    Raises:
        RefusedError: the JSON or the stack is not the one of the record, or the record is of another environment.
        OperationError: a file cannot be read.
    """
    record = _record(record_file, environment)
    content = _content(json_file, record)
    stack = Stack.find(stacks, record.environment)
    check_stack(record, stack)
    return Plan.parse(content, str(json_file), stack.resources), record.environment


def check_reviewed_plan(json_file: Path, record_file: Path, environment: str) -> None:
    """Check that a plan's JSON belongs to a record of an environment.

    Raises:
        RefusedError: it does not.
        OperationError: a file cannot be read.
    """
    _content(json_file, _record(record_file, environment))


def _record(file: Path, environment: str | None) -> ReviewRecord:
    if not file.is_file():
        raise OperationError(f"{file} is not a file, so that the plan cannot be checked. {_REMEDY}")
    record = read_record(file, ReviewRecord)
    if environment not in {None, record.environment}:
        raise RefusedError(
            f"{file} is the record of a plan for {record.environment}, not for {environment}. Use the files of the "
            f"plan for {environment}."
        )
    return record


def _content(file: Path, record: ReviewRecord) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise OperationError(f"{sentence(error)} {_REMEDY}") from error
    check_json(record, str(file), content)
    return content
