"""The NONE data source: the request's payload is the result."""

from __future__ import annotations

from typing import Any

from appsync_local.datasources.result import SourceResult


def pass_through(request: dict[str, Any]) -> SourceResult:
    """Return the payload as the result, null if there is none."""
    return SourceResult(request.get("payload"))
