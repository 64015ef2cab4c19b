"""The public keys of Cognito user pools, for the data plane.

Uses these internal names of MiniStack (pinned): ``cognito._get_pool_unscoped``.
"""

from __future__ import annotations

import contextvars
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator


class UserPools:
    """The pools of every account and region, by id."""

    def __init__(self, emulator: Emulator) -> None:
        self._cognito: Any = emulator.module_of("cognito-idp")

    def _pool(self, user_pool_id: str) -> dict[str, Any] | None:
        # The lookup sets account and region of the request; the copied context isolates them from the caller.
        pool: dict[str, Any] | None = contextvars.copy_context().run(
            self._cognito._get_pool_unscoped,  # noqa: SLF001 - pinned version
            user_pool_id,
        )
        return pool

    def exists(self, user_pool_id: str) -> bool:
        """Return whether a pool exists."""
        return self._pool(user_pool_id) is not None

    def keys(self, user_pool_id: str) -> dict[str, Any]:
        """Return a pool's JSON Web Key Set; empty if there is no such pool."""
        if not self.exists(user_pool_id):
            return {"keys": []}
        _status, _headers, body = self._cognito.well_known_jwks(user_pool_id)
        keys: dict[str, Any] = json.loads(body)
        return keys
