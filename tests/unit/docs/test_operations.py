"""Tests that docs/operations.md names existing settings, commands and tests; tests/unit/stacks checks its alarms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from common.exit_codes import MEANINGS
from stacks.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SECTIONS = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}


def test_named_settings_exist() -> None:
    named = set(re.findall(r"`([a-z_]+)\.([a-z_]+)(?: = [^`]*)?`", PAGE))
    settings = {(section, name) for section, name in named if section in SECTIONS}

    assert len(settings) > 10
    for section, name in settings:
        assert name in SECTIONS[section].model_fields, f"{section}.{name}"


@pytest.mark.parametrize(("code", "meaning"), MEANINGS.items())
def test_every_exit_code_is_explained(code: int, meaning: str) -> None:
    assert f"| {code} | {meaning} |" in PAGE


def test_named_tests_exist() -> None:
    files = re.findall(r"`(tests/[\w/]+\.py)`", PAGE)

    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []
