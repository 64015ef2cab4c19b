"""Tests that no source repeats the facts in ``contract/``: tables, limits, content types."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contract.formats import ATTACHMENT_TYPES
from contract.limits import LIMITS
from contract.tables import TABLES
from tools.checkout import ROOT, tracked

SUFFIXES = (".py", ".js", ".mjs", ".ts", ".tsx")
THIS = Path("tests/unit/test_single_source.py")
MANY = 4
"""This many content types in sequence count as a list of the allowed ones."""
CONSTANT = re.compile(
    r"^(?:export )?(?:const )?(?P<name>_?[A-Z][A-Z0-9_]+|(?<=const )\w+)(?:: \w+)? = (?P<value>\d[\d_]*);?$",
    re.MULTILINE,
)
SHORTENED = re.compile(r"\b(?:cut|read)\([^()]*, (?P<length>\d+)\)|\[: ?(?P<slice>\d+)\]|\blimit: (?P<page>\d+)")
"""Texts shortened to, and pages of, a literal number."""
ALL = 8
"""This many tables in sequence count as a list of all tables."""
DISTINCTIVE = 1_000
"""A limit of this size or more is recognized by its value alone."""


def sources(*folders: str) -> list[Path]:
    """Return the tracked source files in these folders, or in all folders if none is named."""
    return [file for name in tracked(*folders) if (file := Path(name)).suffix in SUFFIXES and file != THIS]


def words(name: str) -> set[str]:
    """Return the nouns in a constant's name, in the singular."""
    found = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    return {word.lower().removesuffix("s") for word in found} - {"second", "minute", "hour", "day", "length", "size"}


def copied_limits(text: str) -> list[str]:
    """Return the constants that match a limit by value and name, or by a large value alone."""
    return [
        found["name"]
        for found in CONSTANT.finditer(text)
        for limit, value in LIMITS.items()
        if value == int(found["value"].replace("_", ""))
        and (value >= DISTINCTIVE or len(words(found["name"]) & words(limit)) > 0)
    ]


def copied_lengths(text: str) -> list[str]:
    """Return the places that shorten a text to a limit's value, or request a page of that size."""
    lengths = {value for limit, value in LIMITS.items() if limit.endswith("Length")}
    pages = {LIMITS["pageSize"], LIMITS["pageSizeMaximum"]}
    return [
        found[0]
        for found in SHORTENED.finditer(text)
        if int(found["length"] or found["slice"] or found["page"]) in (pages if found["page"] else lengths)
    ]


def lists_tables(text: str) -> bool:
    """Return whether a text has a list of tables, a mapping of each to itself, or a mapping to keys."""
    name = "|".join(table.key for table in TABLES)
    partition = "|".join({table.primary_key.partition for table in TABLES})
    rows = (
        rf"['\"](?:{name})['\"][\s,|]*",
        rf"(?:{name}): '(?:{name})',\s*",
        rf"['\"]?(?:{name})['\"]?: [\[(]['\"](?:{partition})['\"].*\n\s*",
    )
    return any(re.search(rf"(?:{row}){{{ALL},}}", text) for row in rows)


def lists_types(text: str) -> bool:
    """Return whether a text has a list of content types."""
    type_ = "|".join(map(re.escape, ATTACHMENT_TYPES))
    return re.search(rf"(?:['\"]?(?:{type_})['\"]?[\s,]*){{{MANY},}}", text) is not None


def test_no_source_lists_the_tables() -> None:
    assert [str(file) for file in sources() if lists_tables((ROOT / file).read_text(encoding="utf-8"))] == []


def test_no_source_lists_the_content_types() -> None:
    assert [str(file) for file in sources() if lists_types((ROOT / file).read_text(encoding="utf-8"))] == []


def test_no_source_repeats_a_limit() -> None:
    found = {
        str(file): names
        for file in sources("graphql", "lambdas", "stacks", "web/src", "local/demo", "benchmarks")
        if (names := copied_limits((ROOT / file).read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_client_has_literal_lengths_or_page_sizes() -> None:
    found = {
        str(file): places
        for file in sources("graphql", "lambdas", "web/src", "local/demo", "benchmarks/_operations")
        if (places := copied_lengths((ROOT / file).read_text(encoding="utf-8")))
    }
    assert found == {}


def test_descriptions_of_the_schema_name_limits() -> None:
    """The exceptions are the minimum of the deduplication setting, and a length in a pattern."""
    text = (ROOT / "graphql" / "schema.graphql").read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w{])\d[\d,]*\d", text) == ["24", "64"]


@pytest.mark.parametrize(
    "text",
    [
        "PREVIEW_LENGTH = 100\n",
        "const LARGEST_BYTES = 26_214_400;\n",
        "export const contentLength = 4000;\n",
        "OFFLINE_SECONDS = 120\n",
        "const offlineSeconds = 120;\n",
    ],
)
def test_a_copied_limit_is_found(text: str) -> None:
    assert copied_limits(text)


@pytest.mark.parametrize(
    "text", ["setName(read(event.currentTarget, 80))", "content[:100]", "ask(List, { limit: 100 })"]
)
def test_a_literal_length_is_found(text: str) -> None:
    assert copied_lengths(text)


def test_copied_lists_are_found() -> None:
    keys = [table.key for table in TABLES]
    for text in (
        "\n".join(f'    "{key}",' for key in keys),
        "\n".join(f"  | '{key}'" for key in keys),
        "\n".join(f"  {key}: '{key}'," for key in keys),
        "".join(f"  {table.key}: ['{table.primary_key.partition}', 'x'],\n" for table in TABLES),
        ", ".join(f'"{key}"' for key in keys),
    ):
        assert lists_tables(text), text
    assert lists_types(",".join(ATTACHMENT_TYPES))
    assert lists_types(", ".join(f"'{type_}'" for type_ in ATTACHMENT_TYPES[:MANY]))
    assert not lists_tables('("rooms", "memberships", "messages")')
