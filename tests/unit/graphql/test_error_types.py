"""Error types: documents and clients list those of the code, and only token problems are ``Unauthorized``."""

from __future__ import annotations

import re

import pytest

from contract.names import ERROR_TYPES
from tests.helpers.backend import ROOT

GRAPHQL = ROOT / "graphql"
ABOUT_THE_CALLER = {"shared/identity.js", "shared/account.js"}
"""Code that handles tokens without a user, and users whose account is being deleted."""
NAME = re.compile(r"`([A-Z]\w+)`")


def read(path: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def table_of_errors() -> list[str]:
    """Return the first cells of the table in docs/api.md."""
    section = read("docs/api.md").partition("\n## Errors\n")[2].partition("\n## ")[0]
    return [row.split("|")[1] for row in section.splitlines() if row.startswith("| `") and "`errorType`" not in row]


def test_the_table_of_errors_lists_each_type_once() -> None:
    listed = [name for cell in table_of_errors() for name in NAME.findall(cell)]

    assert sorted(listed) == sorted(ERROR_TYPES)


def test_the_schema_lists_each_type() -> None:
    paragraph = read("graphql/schema.graphql").partition("\nAn error has one of these values")[2].partition("\n\n")[0]

    assert sorted(NAME.findall(paragraph)) == sorted(ERROR_TYPES)


@pytest.mark.parametrize("call", ["fail('Unauthorized'", "util.unauthorized("])
def test_unauthorized_is_only_used_for_the_token(call: str) -> None:
    """Amplify closes the connection of all its subscriptions if one is refused with this type."""
    found = {file.relative_to(GRAPHQL).as_posix() for file in GRAPHQL.rglob("*.js") if call in file.read_text("utf-8")}

    assert found == (ABOUT_THE_CALLER if call.startswith("fail") else set())


@pytest.mark.parametrize("words", ["Token expired", "Permission denied"])
def test_no_message_has_words_that_amplify_treats_specially(words: str) -> None:
    """For any type: the first words close the connection, the others are replaced with ``Unauthorized``."""
    assert not [file for file in GRAPHQL.rglob("*.js") if words in file.read_text("utf-8")]


def test_the_web_client_closes_rooms_for_existing_types() -> None:
    (names,) = re.findall(r"ACCESS_DENIED = new Set\(\[(.*?)\]\)", read("web/src/api/errors.ts"))

    assert set(re.findall(r"'(\w+)'", names)) == {"Forbidden", "Banned"} <= set(ERROR_TYPES)
