"""Checks that docs/api matches the schema, the canonical documents, the code and the measurements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from graphql import parse

from tests.helpers.backend import ROOT
from tools.documents.api.__main__ import write
from tools.documents.api.operations import operations, published_schema
from tools.documents.api.pages import FOLDER, MADE_BY, TOPICS, render

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Return every page by file name."""
    return render()


def test_the_pages_are_current(pages: dict[str, str]) -> None:
    stored = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}

    assert stored == pages, "run `python -m tools.documents.api`"
    assert (FOLDER / "schema.graphql").read_text(encoding="utf-8") == published_schema()


def test_every_operation_has_a_section_or_is_for_functions(pages: dict[str, str]) -> None:
    for operation in operations():
        if operation.topic is None:
            assert f"- `{operation.name}`: " in pages["README.md"]
        else:
            assert f"\n## {operation.name}\n" in pages[f"{operation.topic}.md"]


def test_every_section_has_cost_and_callers(pages: dict[str, str]) -> None:
    for topic in TOPICS:
        page = pages[f"{topic}.md"]
        sections = page.count("\n## ")
        assert sections == page.count("Callers: ") == page.count("| case | W | R |") > 0


def test_the_section_of_sending_lists_its_errors(pages: dict[str, str]) -> None:
    sending = pages["messages.md"].partition("\n## createMessage\n")[2].partition("\n## ")[0]

    for kind in ("Conflict", "Muted", "NotFound", "RateLimited", "RoomFrozen", "Forbidden", "ValidationError"):
        assert f"| `{kind}` |" in sending


def test_links_lead_somewhere(pages: dict[str, str]) -> None:
    documents = {**pages, "../api.md": (ROOT / "docs" / "api.md").read_text(encoding="utf-8")}
    for name, text in documents.items():
        for target, _ in LINK.findall(text):
            assert ((FOLDER / name).parent / target).resolve().exists(), f"{name}: {target}"


def test_the_documents_in_the_pages_are_graphql(pages: dict[str, str]) -> None:
    blocks = [block for page in pages.values() for block in re.findall(r"```graphql\n(.*?)```", page, re.DOTALL)]

    assert len(blocks) == sum(operation.topic is not None for operation in operations())
    for block in blocks:
        parse(block)


def test_pages_that_were_not_generated_are_kept(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Mine\n", encoding="utf-8")
    (tmp_path / "gone.md").write_text(f"# A topic of the past\n\n{MADE_BY} sources.\n", encoding="utf-8")
    write({"users.md": "# Users\n"}, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["notes.md", "users.md"]
