"""The rows of docs/limits.md: the value and the description of every limit that the document lists."""

from __future__ import annotations

import re

from contract import descriptions
from contract.limits import LIMITS
from tools.documents import ROOT

DOCUMENT = ROOT / "docs" / "limits.md"
ROW = re.compile(r"^\| `(\w+)` \| \d+ \|.*$", re.MULTILINE)


def updated(document: str) -> str:
    """Return the document with the current values.

    Raises:
        KeyError: the document lists a limit that does not exist.
    """
    texts = descriptions("limits")
    return ROW.sub(lambda row: f"| `{row[1]}` | {LIMITS[row[1]]} | {texts[row[1]]} |", document)
