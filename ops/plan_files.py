"""The files of a plan between its review and its apply by another process: the plan and its record."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from common.commands import RefusedError
from ops.promotion_checks import check_plan
from ops.records import ReviewRecord, read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.record_key import RecordKey


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """The files of a plan.

    Attributes:
        plan: the saved plan.
        record: its review record.
    """

    plan: Path
    record: Path

    def write_record(self, reviewed: ReviewRecord, key: RecordKey) -> None:
        """Authenticate the record of the saved plan and write it.

        Raises:
            RefusedError: the environment requires a key and has none.
            OperationError: KMS refused, or cannot be reached.
        """
        write_record(key.sign(reviewed), self.record)

    def read_record(self, key: RecordKey) -> ReviewRecord:
        """Return the record after checking that it is authentic and belongs to the plan and to the key's environment.

        Raises:
            RefusedError: it is not, or does not.
            OperationError: the file is not a record, or KMS refused.
        """
        name = key.environment.name
        reviewed = read_record(self.record, ReviewRecord)
        if reviewed.environment != name or reviewed.workspace != name:
            raise RefusedError(
                f'{self.record} belongs to a plan for {reviewed.environment} (workspace "{reviewed.workspace}"), not '
                f"for {name}. Use the record and the plan of {name}."
            )
        key.verify(reviewed, str(self.record))
        check_plan(reviewed, self.plan)
        return reviewed


@contextmanager
def reviewed_copy(record: ReviewRecord, plan: Path) -> Iterator[Path]:
    """Copy a saved plan into a temporary folder, so that later changes of the given file have no effect.

    Args:
        record: the review record of the plan.
        plan: the file.

    Raises:
        RefusedError: it is not the reviewed plan.
    """
    check_plan(record, plan)
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copy(plan, folder))
        check_plan(record, copy)  # the file may have changed since the first check
        yield copy
