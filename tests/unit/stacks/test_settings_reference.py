"""The document of all settings says what the settings are."""

from __future__ import annotations

from pathlib import Path

from stacks.settings_reference import reference

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_document_is_what_the_settings_make() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == reference()


def test_every_setting_says_what_it_may_be() -> None:
    rows = [line.split(" | ") for line in reference().splitlines() if line.startswith("| `")]

    assert len(rows) > 20
    assert not [row[0] for row in rows if row[-1] in {"None |", " |"}]
