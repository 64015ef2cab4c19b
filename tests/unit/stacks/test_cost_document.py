"""docs/cost.md is what the sources make today: the same words and rows, and figures that are within a tenth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ops.cost.document import ENVIRONMENT, document
from ops.cost.environment import Environment
from ops.cost.measured import Measurements
from terraform.stack import Stack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
REMEDY = "run: python main.py && python -m ops.cost.document > docs/cost.md"


def taken_apart(page: str) -> list[tuple[str, list[float]]]:
    """Each line's words and its numbers; sorted, because rows stand in the order of their dollars."""
    lines = (
        (NUMBER.sub("#", line), [float(number.replace(",", "")) for number in NUMBER.findall(line)])
        for line in page.splitlines()
    )
    return sorted(lines)


def test_the_page_about_cost_is_current(root: Path, stacks: dict[str, Synthesized]) -> None:
    prod = Environment.of(Stack(stacks[ENVIRONMENT].folder, ENVIRONMENT))
    made = taken_apart(document(prod, Measurements.load()))
    kept = taken_apart((root / "docs" / "cost.md").read_text(encoding="utf-8"))

    assert [words for words, _ in kept] == [words for words, _ in made], REMEDY
    for (words, old), (_, new) in zip(kept, made, strict=True):
        assert old == pytest.approx(new, rel=0.1, abs=1), f"{words}\n{REMEDY}"


def test_a_figure_that_is_not_true_any_more_is_noticed(root: Path) -> None:
    page = (root / "docs" / "cost.md").read_text(encoding="utf-8")
    (total,) = re.findall(r"\*\*total\*\* .*\*\*\$([\d,]+)\*\*", page)
    changed = page.replace(f"**${total}**", f"**${int(total.replace(',', '')) * 2:,}**")

    pairs = zip(taken_apart(page), taken_apart(changed), strict=True)

    assert any(old != pytest.approx(new, rel=0.1, abs=1) for (_, old), (_, new) in pairs)
