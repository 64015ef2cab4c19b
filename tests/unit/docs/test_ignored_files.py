"""Tests that Git ignores the files that documented commands write to the checkout, so that no commit contains them."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.helpers.backend import ROOT
from tests.helpers.documents import SHELL, blocks, name_of, pages

FILE = re.compile(r" (?:--?out|--record|--json|--deployment|--output|--outputs|--accounts|>)[ =](\w[\w.-]*\.[\w.-]+)")
"""A file in the checkout that a command writes, or that another command has written."""
WRITTEN = sorted(
    {
        file
        for page in pages()
        for block in blocks(name_of(page))
        if block.language in SHELL
        for command in block.commands
        for file in FILE.findall(command.text)
    }
)


def is_ignored(name: str) -> bool:
    """Return whether Git ignores a file, which need not exist."""
    command = ["git", "check-ignore", "--no-index", "--quiet", name]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_the_documents_name_files() -> None:
    expected = {"accounts.json", "dev.json", "dev.plan.json", "dev.tfplan", "load.json", "outputs.json"}
    assert expected <= set(WRITTEN)


@pytest.mark.parametrize("name", [*WRITTEN, "amplify_outputs.json", ".env"])
def test_a_file_that_a_documented_command_writes_is_ignored(name: str) -> None:
    assert is_ignored(name)
    assert is_ignored(name.replace("dev", "qa"))


def test_no_file_of_the_repository_is_ignored() -> None:
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert listed.stdout == ""
