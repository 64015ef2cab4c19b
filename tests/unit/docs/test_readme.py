"""Tests of README.md: it has the sections of the sample's README, and its operations match the schema."""

from __future__ import annotations

import re

import pytest
from graphql import build_schema, parse, validate

from appsync_local.provided import PROVIDED_SDL
from tests.helpers.backend import ROOT
from tests.helpers.documents import blocks

SECTIONS = (
    *("Prerequisites", "Configuration", "Deployment", "Outputs", "Usage", "Testing", "Monitoring", "Security", "Cost"),
    *("Troubleshooting", "Cleanup"),
)
"""Sections of the sample that this repository started from, by their current names."""


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_the_sample_exists(section: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"\n## {section}\n" in readme


def test_operations_match_the_schema() -> None:
    schema = build_schema(PROVIDED_SDL + (ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8"))
    (program,) = (block.text for block in blocks("README.md") if block.language == "javascript")

    operations = re.findall(r"`((?:query|mutation|subscription).*?)`", program, re.DOTALL)

    assert len(operations) == 1
    assert [str(error) for operation in operations for error in validate(schema, parse(operation))] == []


def test_imported_operations_are_typed_operations() -> None:
    (program,) = (block.text for block in blocks("README.md") if block.language == "javascript")
    typed = (ROOT / "web" / "src" / "api" / "operations.ts").read_text(encoding="utf-8")

    names = [
        name for found in re.findall(r"import \{ (.*?) \} from './operations'", program) for name in found.split(", ")
    ]

    assert names == ["CreateMessage"]
    assert all(f"export const {name} = " in typed for name in names)
