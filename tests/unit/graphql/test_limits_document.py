"""docs/limits.md says what graphql/shared/limits.js says."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def limits_in_code() -> dict[str, int]:
    source = (ROOT / "graphql" / "shared" / "limits.js").read_text(encoding="utf-8")
    return {name: int(value) for name, value in re.findall(r"^export const (\w+) = (\d+);$", source, re.MULTILINE)}


def limits_in_document() -> dict[str, int]:
    document = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    return {name: int(value) for name, value in re.findall(r"^\| `(\w+)` \| (\d+) \|", document, re.MULTILINE)}


def test_the_document_has_every_number_of_the_code_and_no_other() -> None:
    assert len(limits_in_code()) > 15
    assert limits_in_document() == limits_in_code()
