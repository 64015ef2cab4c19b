"""The border between execution and resolvers: what one field's resolver is given and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from appsync_local.batching import Batches


@dataclass(slots=True)
class FieldRequest:
    """The part of ``ctx`` that is the same for every function of one resolver, in AppSync's own shapes."""

    arguments: dict[str, Any]
    source: Any
    identity: dict[str, Any] | None
    request: dict[str, Any]
    """``{"headers": {...lower-case...}, "domainName": None}``"""
    info: dict[str, Any]
    """``{"fieldName", "parentTypeName", "variables", "selectionSetList", "selectionSetGraphQL"}``"""
    return_type: str | None = None
    """The name of the type that the field gives, without lists; None for subscriptions."""
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
    """What a resolver gave back.

    A resolver that ended with ``util.error`` has ``failed`` set and the reason last in ``errors``; ``util.appendError``
    adds to ``errors`` and leaves ``result`` standing.
    """

    result: Any = None
    errors: list[FieldError] = field(default_factory=list)
    failed: bool = False
    response_headers: dict[str, str] = field(default_factory=dict)
    subscription_filter: dict[str, Any] | None = None
    """``{"filterGroup": [{"filters": [{"fieldName", "operator", "value"}]}]}`` of ``setSubscriptionFilter``."""
    invalidation_filter: dict[str, Any] | None = None
    """The same shape, of ``extensions.setSubscriptionInvalidationFilter``."""
    invalidations: list[dict[str, Any]] = field(default_factory=list)
    """``{"subscriptionField", "payload"}`` of ``extensions.invalidateSubscriptions``."""


@dataclass(slots=True)
class Meter:
    """What one GraphQL operation cost: DynamoDB units (read units computed from item sizes), calls and round trips."""

    read_units: float = 0.0
    write_units: float = 0.0
    function_invocations: int = 0
    round_trips: int = 0
    """Calls to data sources that had to wait for one another; a BatchGetItem is one."""
