"""Writes documents that are generated from code and tests: ``tools.documents.api`` and ``.local_aws``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
