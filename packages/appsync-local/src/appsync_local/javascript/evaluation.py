"""Results of resolver code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from appsync_local.fields import FieldError


@dataclass(slots=True)
class Evaluation:
    """The result of one or more consecutive handlers of a resolver.

    ``value`` is the resolver's result if ``is_done``, else the request for the data source of step ``at``.
    """

    value: Any = None
    is_done: bool = True
    at: int = 0
    stash: dict[str, Any] = field(default_factory=dict)
    prev: dict[str, Any] | None = None
    """``ctx.prev``: ``{"result": ...}``, or None before there is one."""
    failure: FieldError | None = None
    """The error that ended the resolver: ``util.error``, ``util.unauthorized``, a code error, or stopped code."""
    errors: list[FieldError] = field(default_factory=list)
    """Errors of ``util.appendError`` in these handlers."""
    logs: list[str] = field(default_factory=list)
    response_headers: dict[str, str] = field(default_factory=dict)
    subscription_filter: dict[str, Any] | None = None
    invalidation_filter: dict[str, Any] | None = None
    invalidations: list[dict[str, Any]] = field(default_factory=list)
    evictions: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> Evaluation:
        """Read the response of ``node/library/runner.mjs``, which omits empty parts."""
        failure = answer.get("failure")
        return cls(
            value=answer.get("value"),
            is_done=answer["done"],
            at=answer.get("at", 0),
            stash=answer.get("stash") or {},
            prev=answer.get("prev"),
            failure=None if failure is None else FieldError(**failure),
            errors=[FieldError(**error) for error in answer.get("errors", ())],
            logs=answer.get("logs", []),
            response_headers=answer.get("responseHeaders", {}),
            subscription_filter=answer.get("subscriptionFilter"),
            invalidation_filter=answer.get("invalidationFilter"),
            invalidations=answer.get("invalidations", []),
            evictions=answer.get("evictions", []),
        )
