"""docs/cost.md is what the sources make today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.document import ENVIRONMENT, document
from ops.cost.environment import Environment
from ops.cost.measured import Measurements
from ops.stack_folder import StackFolder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stacks.synthesized import Synthesized


def test_the_page_about_cost_is_current(root: Path, stacks: dict[str, Synthesized]) -> None:
    prod = Environment.of(StackFolder(stacks[ENVIRONMENT].folder, ENVIRONMENT))

    made = document(prod, Measurements.load())

    remedy = "python main.py && python -m ops.cost.document > docs/cost.md"
    assert (root / "docs" / "cost.md").read_text(encoding="utf-8") == made, f"run: {remedy}"
