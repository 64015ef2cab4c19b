"""Tests that docs/cost.md is current: the same words and rows, and figures within 10 %."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ops.cost.environment import Environment
from ops.cost.measured import Measurements
from terraform.stack import Stack
from tools.documents.cost import ENVIRONMENT, document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
REMEDY = "run: python -m tools.documents.cost"


def words_and_numbers(page: str) -> list[tuple[str, list[float]]]:
    """Return the words and numbers of each line; sorted, because the order of rows depends on their dollars."""
    lines = (
        (NUMBER.sub("#", line), [float(number.replace(",", "")) for number in NUMBER.findall(line)])
        for line in page.splitlines()
    )
    return sorted(lines)


def test_the_cost_document_is_current(root: Path, stacks: dict[str, Synthesized]) -> None:
    prod = Environment.of(Stack(stacks[ENVIRONMENT].folder, ENVIRONMENT))
    made = words_and_numbers(document(prod, Measurements.load()))
    kept = words_and_numbers((root / "docs" / "cost.md").read_text(encoding="utf-8"))

    assert [words for words, _ in kept] == [words for words, _ in made], REMEDY
    for (words, old), (_, new) in zip(kept, made, strict=True):
        assert old == pytest.approx(new, rel=0.1, abs=1), f"{words}\n{REMEDY}"


def test_an_outdated_figure_is_detected(root: Path) -> None:
    page = (root / "docs" / "cost.md").read_text(encoding="utf-8")
    (total,) = re.findall(r"\*\*total\*\* .*\*\*\$([\d,]+)\*\*", page)
    changed = page.replace(f"**${total}**", f"**${int(total.replace(',', '')) * 2:,}**")

    pairs = zip(words_and_numbers(page), words_and_numbers(changed), strict=True)

    assert any(old != pytest.approx(new, rel=0.1, abs=1) for (_, old), (_, new) in pairs)
