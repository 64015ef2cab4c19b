"""Writes the documents made from code and tests: ``tools.documents.api``, ``.local_aws`` and ``.security``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
