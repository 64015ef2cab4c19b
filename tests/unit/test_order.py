"""The order in which the files of tests are begun."""

from __future__ import annotations

from tests.conftest import LONGEST_FIRST, TESTS


def test_the_files_that_are_begun_first_are_there() -> None:
    assert [name for name in LONGEST_FIRST if not (TESTS / name).is_file()] == []
