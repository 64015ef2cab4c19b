"""Writes docs/api and the tables of docs/limits.md: ``python -m tools.documents.api``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from common.commands import Parser, run
from common.exit_codes import EXIT_OK
from tools.documents.api import limits
from tools.documents.api.operations import published_schema
from tools.documents.api.pages import FOLDER, MADE_BY, render

if TYPE_CHECKING:
    from pathlib import Path


def write(pages: dict[str, str], folder: Path) -> None:
    """Write the pages, and delete generated pages that no longer exist; other files are kept."""
    for file in folder.glob("*.md"):
        if file.name not in pages and MADE_BY in file.read_text(encoding="utf-8", errors="replace"):
            file.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write the pages."""
    Parser(prog="python -m tools.documents.api", description=__doc__).parse_args(arguments)
    return run(_write)


def _write() -> int:
    write(render(), FOLDER)
    (FOLDER / "schema.graphql").write_text(published_schema(), encoding="utf-8")
    limits.DOCUMENT.write_text(limits.updated(limits.DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
