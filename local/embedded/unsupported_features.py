"""Refuses the configuration of AppSync features that the local AppSync does not support, instead of ignoring it.

Features that change no response (metrics, X-Ray, WAF, private visibility) are accepted and stored; `docs/local-aws.md`
lists them. Data sources of other services are accepted too: a resolver that calls one fails with ``NotRunLocally``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_CACHING: Final = "Caching"
_TYPES: Final = "Single types (use StartSchemaCreation)"
_READABLE: Final = frozenset({_CACHING, _TYPES})
"""Features that may be read, because the response is correct: Terraform reads that there is no cache."""
_ROUTES: Final = tuple(
    (re.compile(pattern), feature)
    for pattern, feature in (
        (r"/v1/domainnames(/.*)?", "Custom domain names"),
        (r"/v1/(mergedApis|sourceApis)(/.*)?", "Merged APIs"),
        (r"/v1/apis/[^/]+/(sourceApiAssociations|mergedApiAssociations)(/.*)?", "Merged APIs"),
        (r"/v1/dataplane-evaluatetemplate", "VTL mapping templates"),
        (r"/v1/datasources/introspections(/.*)?", "Data source introspection"),
        (r"/v1/apis/[^/]+/(ApiCaches(/update)?|FlushCache)", _CACHING),
        (r"/v1/apis/[^/]+/types(/[^/]+)?", _TYPES),
    )
)
_API: Final = re.compile(r"/v1/apis(/[^/]+)?")
_DATA_SOURCE: Final = re.compile(r"/v1/apis/[^/]+/datasources(/[^/]+)?")
_CODE: Final = re.compile(r"/v1/apis/[^/]+/(functions(/[^/]+)?|types/[^/]+/resolvers(/[^/]+)?)")


class UnsupportedFeatures:
    """Wraps the handler of the AppSync control plane."""

    def __init__(self, emulator: Emulator) -> None:
        emulator.wrap("appsync", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        feature = unsupported_feature(call.method, call.path, call.json or {})
        if feature is None:
            return await forward(call)
        refused = {"Content-Type": "application/json", "x-amzn-errortype": "BadRequestException"}
        message = f"{feature}: not run locally, see docs/local-aws.md"
        return 400, refused, json.dumps({"__type": "BadRequestException", "message": message}).encode()


def unsupported_feature(method: str, path: str, request: dict[str, Any]) -> str | None:
    """Return the name of the unsupported feature that a call of the control plane requests, or None."""
    for route, feature in _ROUTES:
        if route.fullmatch(path) and not (feature in _READABLE and method == "GET"):
            return feature
    if method != "POST":
        return None
    return next((look(request) for place, look in _LOOKS if place.fullmatch(path)), None)


def _of_api(request: dict[str, Any]) -> str | None:
    return "Merged APIs" if request.get("apiType") == "MERGED" else None


def _of_data_source(request: dict[str, Any]) -> str | None:
    config = request.get("dynamodbConfig")
    if isinstance(config, dict) and (config.get("versioned") or config.get("deltaSyncConfig")):
        return "Versioned data sources (conflict detection, delta sync)"
    if isinstance(config, dict) and config.get("useCallerCredentials"):
        return "Data sources with the caller's credentials"
    return None


def _of_code(request: dict[str, Any]) -> str | None:
    sync = request.get("syncConfig")
    if isinstance(sync, dict) and sync.get("conflictDetection") not in (None, "NONE"):
        return f"Conflict detection (handler {sync.get('conflictHandler')})"
    if request.get("requestMappingTemplate") or request.get("responseMappingTemplate"):
        return "VTL mapping templates"
    return None


_LOOKS: Final[tuple[tuple[re.Pattern[str], Callable[[dict[str, Any]], str | None]], ...]] = (
    (_API, _of_api),
    (_DATA_SOURCE, _of_data_source),
    (_CODE, _of_code),
)
