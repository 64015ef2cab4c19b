"""Tests that common changes touch few files: each sample applies, meets its budget, and is in docs/maintaining.md.

``python -m tools.change_costs --verify`` verifies that the sample changes work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.commands import OperationError
from tools.change_costs.__main__ import table
from tools.change_costs.sample import Edit, Sample, read_samples
from tools.change_costs.scratch import Scratch
from tools.checkout import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLES = read_samples()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a copy of the checkout."""
    return Scratch(ROOT, tmp_path_factory.mktemp("change-costs") / "checkout")


@pytest.fixture
def clean(scratch: Scratch) -> Iterator[Scratch]:
    """Return the copy in its state before a change."""
    yield scratch
    scratch.reset()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_change_is_within_its_budget(sample: Sample, clean: Scratch) -> None:
    clean.make(sample)

    assert set(sample.by_hand) <= set(clean.changed())
    assert len(sample.by_hand) <= sample.budget


def test_the_document_has_the_table() -> None:
    assert table(SAMPLES) in (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")


def test_a_file_that_the_user_has_is_new_if_the_change_creates_it() -> None:
    (row,) = table([sample_of(created={"environments/dev.toml": ""})]).splitlines()[2:]
    assert row.endswith("| *environments/dev.toml* |")


def sample_of(**changes: object) -> Sample:
    given = {
        "name": "x",
        "title": "X",
        "budget": 1,
        "scaffold": (),
        "edits": (),
        "created": {},
        "effects": (),
        "tests": (),
    }
    return Sample(**{**given, **changes})  # type: ignore[arg-type] # each has the type of its attribute


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"edits": (Edit("a.txt", "gone", "new"),)}, "'gone' 0 times instead of once"),
        ({"edits": (Edit("a.txt", "l", "new"),)}, "'l' 2 times instead of once"),
        ({"edits": (Edit("b.txt", "x", "y"),)}, "b.txt contains 'x' 0 times"),
        ({"created": {"a.txt": ""}}, "a.txt exists already"),
    ],
)
def test_an_outdated_sample_is_refused(changes: dict[str, object], message: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("all")

    with pytest.raises(OperationError, match=message):
        sample_of(**changes).apply(tmp_path)


def test_every_manually_edited_file_counts_once() -> None:
    edits = (Edit("b", "1", "2"), Edit("b", "3", "4"), Edit("a", "1", "2"))

    assert sample_of(edits=edits, created={"c": ""}).by_hand == ["a", "b", "c"]
