"""Cognito's UpdateGroup, which MiniStack 1.5.33 lacks and deployments need to change a group in place.

Uses these internal names of MiniStack (pinned): ``cognito._resolve_pool`` and a pool's ``_groups``. Can be removed when
MiniStack has the action.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from local.embedded.cognito.operation import answer, refusal

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_TARGET = "AWSCognitoIdentityProviderService.UpdateGroup"
_CHANGEABLE = ("Description", "Precedence", "RoleArn")


class UpdateGroup:
    """Wraps Cognito's handler."""

    def __init__(self, emulator: Emulator) -> None:
        self._cognito: Any = emulator.module_of("cognito-idp")
        emulator.wrap("cognito-idp", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        if call.headers.get("x-amz-target") != _TARGET:
            return await forward(call)
        return self._update(call.json or {})

    def _update(self, request: dict[str, Any]) -> Response:
        pool, refused = self._cognito._resolve_pool(request.get("UserPoolId"))  # noqa: SLF001 - pinned version
        if refused is not None:
            unknown_pool: Response = refused
            return unknown_pool
        group = pool["_groups"].get(request.get("GroupName"))
        if group is None:
            return refusal("ResourceNotFoundException", "Group not found.")
        group.update({name: request[name] for name in _CHANGEABLE if name in request})
        group["LastModifiedDate"] = time.time()
        return answer({"Group": {name: value for name, value in group.items() if not name.startswith("_")}})
