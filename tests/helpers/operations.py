"""The canonical documents of ``graphql/operations``, as the demo users send them."""

from __future__ import annotations

from local.demo.operations import FOLDER, document, documents

__all__ = ["FOLDER", "document", "documents"]
