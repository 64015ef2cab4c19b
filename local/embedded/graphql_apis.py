"""Settings of GraphQL APIs that MiniStack 1.5.33 does not store, and the id of the deployed API.

MiniStack drops all of the settings below in an update, and some at creation. Every plan would show them as a
difference, and an update of a limit would have no effect.

Uses these internal names of MiniStack (pinned): ``appsync._apis``. Can be removed when MiniStack stores them all.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from common.json_documents import find_object

if TYPE_CHECKING:
    from pathlib import Path

    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_APIS = re.compile(r"/v1/apis(?:/[^/]+)?")
_DEFAULTS: dict[str, Any] = {
    "introspectionConfig": "ENABLED",
    "queryDepthLimit": 0,
    "resolverCountLimit": 0,
    "ownerContact": None,
    "enhancedMetricsConfig": None,
}
"""Setting -> default if a creation or an update omits it (AppSync API reference, "UpdateGraphqlApi")."""


class DeployedGraphqlApi:
    """The API of the last deployment, read from its outputs again whenever the file has changed."""

    def __init__(self, outputs: Path) -> None:
        self._outputs = outputs
        self._read_at = 0
        self._api_id: str | None = None

    def __call__(self) -> str | None:
        """Return the API's id; None before the first deployment. Keep the last id if the file is damaged or missing."""
        try:
            changed_at = self._outputs.stat().st_mtime_ns
        except OSError:
            return self._api_id
        if changed_at != self._read_at:
            outputs = find_object(self._outputs) or {}
            self._api_id = outputs.get("GraphQLAPIId") or self._api_id
            self._read_at = changed_at
        return self._api_id


class CompleteGraphqlApis:
    """Wraps AppSync's handler."""

    def __init__(self, emulator: Emulator) -> None:
        self._appsync: Any = emulator.module_of("appsync")
        emulator.wrap("appsync", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        status, answered, content = await forward(call)
        if call.method != "POST" or not _APIS.fullmatch(call.path) or status != 200:  # noqa: PLR2004 - HTTP OK
            return status, answered, content
        given = call.json or {}
        settings = {name: given.get(name, default) for name, default in _DEFAULTS.items()}
        answer = json.loads(content)
        api = self._appsync._apis[answer["graphqlApi"]["apiId"]]  # noqa: SLF001 - pinned version
        for record in (api, answer["graphqlApi"]):
            record.update({name: value for name, value in settings.items() if value is not None})
            for name in (name for name, value in settings.items() if value is None):
                record.pop(name, None)
        return status, answered, json.dumps(answer).encode()
