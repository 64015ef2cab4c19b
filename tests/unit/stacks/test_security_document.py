"""Tests that docs/security.md names existing settings and tests."""

from __future__ import annotations

import re
from pathlib import Path

from stacks.settings import Settings
from stacks.settings.access import IdentitySettings
from stacks.settings.section import setting_paths
from tools.documents.security import document

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
SECTIONS = {path[0] for path in setting_paths(Settings) if len(path) > 1}


def test_every_named_setting_exists() -> None:
    known = [".".join(path) for path in setting_paths(Settings)]
    named = [name for name in re.findall(r"`([a-z]+\.[a-z_*]+)`", TEXT) if name.split(".")[0] in SECTIONS]

    assert len(named) > 15
    for name in named:
        assert any(re.fullmatch(re.escape(name).replace(r"\*", ".*"), setting) for setting in known), name


def test_every_named_test_exists() -> None:
    named = set(re.findall(r"`((?:(?:packages|tests)/[\w/-]+/)?test_\w+\.py)`", TEXT))

    assert len(named) > 8
    for name in named:
        assert (ROOT / name).is_file() if "/" in name else list((ROOT / "tests").rglob(name)), name


def test_the_token_lifetimes_are_the_defaults() -> None:
    fields = IdentitySettings.model_fields
    minutes = {fields[f"{token}_token_validity_minutes"].default for token in ("access", "id")}

    assert len(minutes) == 1
    assert f"{minutes.pop()} minutes by default" in " ".join(TEXT.split())


def test_the_table_of_operations_is_current() -> None:
    assert document() == TEXT, "run: python -m tools.documents.security"
    assert "| `Mutation.banMember` | user pool | `MODERATOR` |" in TEXT


def test_fields_that_the_schema_opens_to_iam_only_require_iam() -> None:
    rows = re.findall(r"^\| `(\w+\.\w+)` \| ([\w, ]+) \| (.+) \|$", TEXT, re.MULTILINE)

    assert len(rows) > 60
    for operation, authentication, requirement in rows:
        assert (authentication == "IAM") == (requirement == "`IAM`"), operation
