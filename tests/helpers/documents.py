"""Parses the documents for tests: their command blocks and their links.

A test that runs a documented command reads it from the document with `documented` or `documented_block`, so that the
two cannot differ. tests/unit/docs/test_commands.py compares every command block with the calls of these functions.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from tests.helpers.backend import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHELL = {"bash", "sh", "shell", "console"}
NOT_RUN = re.compile(r"<!-- not run: (\S.*?) -->$")
"""Start of the line before a block that is not run by a test."""
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a block.

    Attributes:
        page: the document, as a path below the checkout.
        line: its line in the document.
        text: the command as written, without its comment.
        reason: why no test runs it, if the document states it before the block or in a comment beside it.
    """

    page: str
    line: int
    text: str
    reason: str | None

    @property
    def words(self) -> list[str]:
        """Return its words, without the leading variables."""
        words = shlex.split(self.text)
        return words[len(self.variables) :]

    @property
    def variables(self) -> dict[str, str]:
        """Return the variables that precede its words."""
        found = {}
        for word in shlex.split(self.text):
            assignment = _ASSIGNMENT.fullmatch(word)
            if assignment is None:
                break
            found[assignment[1]] = assignment[2]
        return found


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced code block."""

    page: str
    line: int
    language: str
    text: str
    reason: str | None = field(default=None)

    @property
    def commands(self) -> list[Command]:
        """Return its commands: one per line, unless a line continues with a backslash."""
        found, text, begun = [], "", 0
        for number, line in enumerate(self.text.splitlines(), self.line + 1):
            begun = begun if text else number
            text += line.strip()
            if text.endswith("\\"):
                text = text[:-1]
                continue
            command, _, remark = text.partition(" #")
            if command.strip() and not command.startswith("#"):
                beside = remark.strip().removeprefix("not run: ") if remark.strip().startswith("not run: ") else None
                found.append(Command(self.page, begun, command.strip(), beside or self.reason))
            text = ""
        return found


def pages() -> list[Path]:
    """Return every document of this repository."""
    folders = ("docs", "modules", "local", "packages", "web", "ops", "environments")
    below = (path for name in folders for path in (ROOT / name).rglob("*.md") if not _is_foreign(path))
    return [*sorted(ROOT.glob("*.md")), *sorted(below)]


def name_of(page: Path) -> str:
    """Return a document's path relative to the checkout."""
    return page.relative_to(ROOT).as_posix()


@cache
def blocks(page: str) -> tuple[Block, ...]:
    """Return the blocks of a document, in any language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return tuple(_blocks(page, text))


def documented(page: str, command: str) -> Command:
    """Return the only command of a document that starts with this text or equals it.

    Raises:
        LookupError: no command or several commands match.
    """
    found = [one for block in _shell(page) for one in block.commands if one.text.startswith(command)]
    found = [one for one in found if one.text == command] or found
    if len({one.text for one in found}) != 1:
        message = f"{page} has {len(found)} commands that begin with {command!r}"
        raise LookupError(message)
    return found[0]


def documented_block(page: str, command: str) -> Block:
    """Return the block of a document that contains such a command, to be run as a script.

    Raises:
        LookupError: no block or several blocks match.
    """
    found = [block for block in _shell(page) if any(one.text.startswith(command) for one in block.commands)]
    if len(found) != 1:
        message = f"{page} has {len(found)} blocks with a command that begins with {command!r}"
        raise LookupError(message)
    return found[0]


def without_blocks(text: str) -> str:
    """Return the prose of a document; line numbers do not change."""
    return _FENCE.sub(lambda block: "\n" * block[0].count("\n"), text)


def _shell(page: str) -> Iterator[Block]:
    return (block for block in blocks(page) if block.language in SHELL)


def _blocks(page: str, text: str) -> Iterator[Block]:
    for fence in _FENCE.finditer(text):
        before = text[: fence.start()].rstrip("\n").rpartition("\n")[2].strip()
        reason = NOT_RUN.fullmatch(before)
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(page, line, fence["language"].strip(), fence["text"], reason[1] if reason else None)


def _is_foreign(path: Path) -> bool:
    return bool({"node_modules", ".pytest_cache", ".terraform", "dist"} & set(path.parts))
