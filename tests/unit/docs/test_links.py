"""Tests that links between the documents, and the paths and tests that they name, exist."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.documents import name_of, pages, without_blocks

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\((?P<target>[^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(?P<title>.+?) *#*$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]*)`")
SOURCE = re.compile(
    r"(?P<path>(?:benchmarks|contract|docs|environments|graphql|lambdas|local|modules|ops|packages|stacks|tests|tools|web)/[\w./-]*)"
    r"(?:::(?P<test>test_\w+))?"
)
MADE = {"web/dist"}
"""Paths that do not exist before a build."""


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors that GitHub gives to the headings of a document; repeated headings get a number."""
    found: set[str] = set()
    for heading in HEADING.finditer(without_blocks(page.read_text(encoding="utf-8"))):
        title = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading["title"])
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        number = 0
        while anchor in found or f"{anchor}-{number}" in found:
            number += 1
            anchor = f"{anchor.removesuffix(f'-{number - 1}')}-{number}"
        found.add(anchor)
    return frozenset(found)


def trouble(page: Path, target: str) -> str | None:
    """Return the error of a link, if any."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    goal = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not goal.exists():
        return "no such file"
    if not goal.is_relative_to(ROOT):
        return "outside of the checkout"
    if parts.fragment and (goal.suffix != ".md" or parts.fragment not in anchors(goal)):
        return "no such section"
    return None


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_have_a_target(page: Path) -> None:
    prose = CODE.sub("", without_blocks(page.read_text(encoding="utf-8")))
    found = [(target, trouble(page, target)) for target in LINK.findall(prose)]

    assert [(target, why) for target, why in found if why] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_named_paths_and_tests_exist(page: Path) -> None:
    found = [SOURCE.fullmatch(code) for code in CODE.findall(without_blocks(page.read_text(encoding="utf-8")))]

    assert [one[0] for one in found if one and one["path"] not in MADE and not is_there(one["path"], one["test"])] == []


def is_there(path: str, test: str | None) -> bool:
    """Return whether a file exists, and the test in it."""
    file = ROOT / path
    return file.exists() and (test is None or f"def {test}(" in file.read_text(encoding="utf-8"))


def test_every_document_is_reachable_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    reached, waiting = {index}, [index]
    while waiting:
        page = waiting.pop()
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            goal = (page.parent / urlsplit(target).path).resolve()
            goal = goal / "README.md" if goal.is_dir() else goal
            if goal.suffix == ".md" and goal.is_file() and goal not in reached:
                reached.add(goal)
                waiting.append(goal)

    assert [name_of(page) for page in pages() if page not in reached] == []


def test_a_broken_link_is_found() -> None:
    page = ROOT / "README.md"

    assert trouble(page, "docs/nowhere.md") == "no such file"
    assert trouble(page, "docs/terraform.md#no-such-section") == "no such section"
    assert trouble(page, "docs/terraform.md#provider-versions") is None
    assert not is_there("tests/unit/docs/test_links.py", "test_that_nobody_wrote")
