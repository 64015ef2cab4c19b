"""Writes docs/local-aws.md: ``python -m tests.conformance``."""

from __future__ import annotations

from tests.conformance.document import DOCUMENT, render

if __name__ == "__main__":
    DOCUMENT.write_text(render(), encoding="utf-8")
