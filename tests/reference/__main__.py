"""Writes docs/api: ``python -m tests.reference``."""

from __future__ import annotations

from tests.reference.pages import FOLDER, render

if __name__ == "__main__":
    pages = render()
    for file in FOLDER.glob("*.md"):
        if file.name not in pages:
            file.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
