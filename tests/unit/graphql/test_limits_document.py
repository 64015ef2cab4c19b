"""Checks that docs/limits.md lists every limit with its value in contract/limits.json."""

from __future__ import annotations

from contract.limits import LIMITS
from tools.documents.api.limits import DOCUMENT, ROW, updated


def test_the_document_lists_every_limit_with_its_value() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert sorted(ROW.findall(document)) == sorted(LIMITS)
    assert document == updated(document), "run `python -m tools.documents.api`"
