"""The interface between execution and resolvers: input and result of one field's resolver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from appsync_local.batching import Batches


@dataclass(slots=True)
class FieldRequest:
    """The part of ``ctx`` that is the same for every function of one resolver, in AppSync's format."""

    arguments: dict[str, Any]
    source: Any
    identity: dict[str, Any] | None
    request: dict[str, Any]
    """``{"headers": {...lower-case...}, "domainName": None}``"""
    info: dict[str, Any]
    """``{"fieldName", "parentTypeName", "variables", "selectionSetList", "selectionSetGraphQL"}``"""
    return_type: str | None = None
    """The name of the field's type, without lists; None for subscriptions."""
    batches: Batches = field(default_factory=Batches)
    """Shared by all fields of the operation, for BatchInvoke."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error of ``util.error`` or ``util.appendError``, of a data source or of the runtime."""

    message: str
    type: str | None = None
    data: Any = None
    info: Any = None


@dataclass(slots=True)
class FieldOutcome:
    """The result of a resolver.

    If a resolver ended with ``util.error``, ``failed`` is true and the error is the last of ``errors``.
    ``util.appendError`` adds to ``errors`` and keeps ``result``.
    """

    result: Any = None
    errors: list[FieldError] = field(default_factory=list)
    failed: bool = False
    response_headers: dict[str, str] = field(default_factory=dict)
    subscription_filter: dict[str, Any] | None = None
    """``{"filterGroup": [{"filters": [{"fieldName", "operator", "value"}]}]}`` of ``setSubscriptionFilter``."""
    invalidation_filter: dict[str, Any] | None = None
    """The filter of ``extensions.setSubscriptionInvalidationFilter``, in the same format."""
    invalidations: list[dict[str, Any]] = field(default_factory=list)
    """``{"subscriptionField", "payload"}`` of ``extensions.invalidateSubscriptions``."""


@dataclass(slots=True)
class Meter:
    """The cost of a GraphQL operation: DynamoDB units (read units computed from item sizes), calls and round trips."""

    read_units: float = 0.0
    write_units: float = 0.0
    function_invocations: int = 0
    round_trips: int = 0
    """Number of sequential data source calls; a BatchGetItem counts once."""
