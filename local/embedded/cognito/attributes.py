"""Attribute rules: which attributes a client may write at sign-up and read; custom attributes must be declared.

Uses these internal names of MiniStack (pinned): ``cognito._sign_up``, ``_admin_create_user``, ``_get_user``,
``_create_user_pool_client``, ``_update_user_pool_client``, ``_pool_for_client``, ``_user_pools``, ``_token_claims`` and
``_user_pool_for_access_token``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.embedded.cognito.operation import Operation, Request, answer, replace, values
from local.embedded.cognito.schema import readable, refused_client, refused_unknown, refused_write

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.embedded.emulator import Emulator, Response

_OK = 200


class AttributeRules:
    """Wraps the actions that create users, return them, and create clients."""

    def __init__(self, emulator: Emulator) -> None:
        module = emulator.module_of("cognito-idp")
        self._cognito: Any = module
        replace(module, "_sign_up", self._signing_up)
        replace(module, "_admin_create_user", self._creating)
        replace(module, "_get_user", self._showing)
        for name, doing in (("_create_user_pool_client", "creating"), ("_update_user_pool_client", "updating")):
            replace(module, name, self._setting_up(doing))

    def _signing_up(self, operation: Operation) -> Operation:
        def sign_up(request: Request) -> Response:
            pool, _id = self._cognito._pool_for_client(request.get("ClientId"))  # noqa: SLF001 - pinned
            names = values(request.get("UserAttributes")).keys() - {"sub"}  # MiniStack refuses it itself
            client = (pool or {}).get("_clients", {}).get(request.get("ClientId"))
            refused = refused_write(pool, client, sorted(names)) if client is not None else None
            return refused or operation(request)

        return sign_up

    def _creating(self, operation: Operation) -> Operation:
        def create(request: Request) -> Response:
            pool = self._cognito._user_pools.get(request.get("UserPoolId"))  # noqa: SLF001 - pinned
            names = values(request.get("UserAttributes")).keys() - {"sub"}
            refused = refused_unknown(pool, sorted(names)) if pool is not None else None
            return refused or operation(request)

        return create

    def _setting_up(self, doing: str) -> Callable[[Operation], Operation]:
        def around(operation: Operation) -> Operation:
            def set_up(request: Request) -> Response:
                pool = self._cognito._user_pools.get(request.get("UserPoolId"))  # noqa: SLF001 - pinned
                refused = refused_client(pool, request, doing) if pool is not None else None
                return refused or operation(request)

            return set_up

        return around

    def _showing(self, operation: Operation) -> Operation:
        def show(request: Request) -> Response:
            shown = operation(request)
            token = request.get("AccessToken")
            _user, pool = self._cognito._user_pool_for_access_token(token)  # noqa: SLF001 - pinned
            if shown[0] != _OK or pool is None:
                return shown
            content = json.loads(shown[2])
            names = self._readable(pool, token)
            content["UserAttributes"] = [entry for entry in content["UserAttributes"] if entry["Name"] in names]
            return answer(content)

        return show

    def _readable(self, pool: dict[str, Any], token: object) -> frozenset[str]:
        client_id = self._cognito._token_claims(token).get("client_id")  # noqa: SLF001 - pinned
        return readable(pool, pool["_clients"].get(client_id) or {})
