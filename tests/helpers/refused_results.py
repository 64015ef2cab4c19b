"""Configures the ``ctx.result`` of resolvers after a refused condition in a running backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import urllib3

from local.embedded.fault_injection import REFUSED_RESULT_PATH

if TYPE_CHECKING:
    from appsync_local.datasources.dynamodb.refusals import RefusedResult
    from tests.helpers.backend import LocalBackend

_pool = urllib3.PoolManager(retries=False)


def set_refused_result(backend: LocalBackend, mode: RefusedResult) -> None:
    """Set the mode; it is valid until the backend stops or another mode is set."""
    answer = _pool.request("PUT", f"{backend.outputs.endpoint}{REFUSED_RESULT_PATH}", body=mode.encode())
    assert (answer.status, answer.json()) == (200, {"mode": mode}), answer.data
