"""docs/limits.md says what contract/limits.json says."""

from __future__ import annotations

import re
from pathlib import Path

from contract.limits import LIMITS

ROOT = Path(__file__).parents[3]


def limits_in_document() -> dict[str, int]:
    document = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    return {name: int(value) for name, value in re.findall(r"^\| `(\w+)` \| (\d+) \|", document, re.MULTILINE)}


def test_the_document_has_every_number_of_the_code_and_no_other() -> None:
    assert limits_in_document() == LIMITS
