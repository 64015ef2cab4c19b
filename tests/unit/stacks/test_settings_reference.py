"""Tests that docs/settings.md lists every setting."""

from __future__ import annotations

import re
from pathlib import Path

from tools.documents.settings import DOCUMENT, reference

ROOT = Path(__file__).parents[3]
READ_AS_A_WHOLE = "system_messages."
"""A section whose settings are iterated over, not read by name."""


def test_the_settings_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == reference()


def test_every_setting_describes_its_allowed_values() -> None:
    rows = [line.split(" | ") for line in reference().splitlines() if line.startswith("| `")]

    assert len(rows) > 20
    assert not [row[0] for row in rows if row[-1] in {"None |", " |"}]


def test_every_setting_is_read_by_something() -> None:
    files = (file for folder in ("local", "ops", "stacks", "terraform") for file in (ROOT / folder).rglob("*.py"))
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = re.findall(r"^\| `([a-z_.]+)`", reference(), re.MULTILINE)

    assert len(names) > 20
    unread = [name for name in names if not re.search(rf"\.{name.rpartition('.')[2]}\b", sources)]
    assert [name for name in unread if not name.startswith(READ_AS_A_WHOLE)] == []
