"""One of several parts of the tests, so that CI runs the parts at the same time on several machines.

The variable ``TEST_PART`` (``make test PART=2/4``) selects the second of four parts. The parts of one checkout contain
each test file once. Files of a kind are distributed evenly, because tests with Terraform take the longest.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.durations import file_of, typical_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE = "TEST_PART"
_PART = re.compile(r"(?P<number>[1-9]\d?)/(?P<count>[1-9]\d?)")


def chosen_part() -> tuple[int, int] | None:
    """Return the number of the part, from 1, and the number of parts; None for all tests.

    Raises:
        pytest.UsageError: the variable is not a part, for example ``5/4``.
    """
    text = os.environ.get(VARIABLE, "")
    if not text:
        return None
    part = _PART.fullmatch(text)
    if part is None or int(part["number"]) > int(part["count"]):
        raise pytest.UsageError(f'PART is "{text}". Set it to a part such as 2/4, or leave it empty to run all tests.')
    return int(part["number"]), int(part["count"])


def select_part(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of the other parts."""
    part = chosen_part()
    if part is None:
        return
    chosen = files_of_part(items, *part)
    config.hook.pytest_deselected(items=[item for item in items if file_of(item) not in chosen])
    items[:] = [item for item in items if file_of(item) in chosen]


def files_of_part(items: Sequence[pytest.Item], number: int, count: int) -> frozenset[str]:
    """Return the files of a part.

    Args:
        items: all tests.
        number: the part, from 1.
        count: the number of parts.
    """
    seconds: dict[str, float] = {}
    for item in items:
        seconds[file_of(item)] = max(seconds.get(file_of(item), 0.0), typical_seconds(item))
    longest_first = sorted(seconds, key=lambda file: (-seconds[file], file))
    return frozenset(longest_first[number - 1 :: count])
