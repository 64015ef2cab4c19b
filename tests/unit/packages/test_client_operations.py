"""Tests that the operations of the Python client are those of `graphql/operations/`."""

from __future__ import annotations

from tools.client_operations import GENERATED, generated_text


def test_the_client_documents_are_current() -> None:
    assert GENERATED.read_text(encoding="utf-8") == generated_text(), "run: python -m tools.client_operations"
