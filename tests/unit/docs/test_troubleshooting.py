"""Tests that docs/troubleshooting.md quotes the program's messages literally."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
SOURCES = (
    "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("common", "local", "ops", "packages", "stacks", "terraform")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".sh"}
    )
    .replace('"\n', "")
    .replace("\\\n", "")
)


def test_quoted_messages_are_in_the_sources() -> None:
    quoted = re.findall(r'^\| "([^"]+)"', PAGE, re.MULTILINE)

    assert len(quoted) > 8
    assert [message for message in quoted if message not in SOURCES] == []


def test_named_variables_are_read_by_the_code() -> None:
    names = re.findall(r"`(CHAT_[A-Z_]{3,}|TF_[A-Z_]+)`", PAGE)

    assert names
    assert [name for name in names if name not in SOURCES] == []
