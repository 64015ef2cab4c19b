"""Replaces AppSync URLs in functions' environments by local addresses.

Terraform knows an API by its AWS name, ``https://<id>.appsync-api.<region>.amazonaws.com/graphql``, and passes this
name, which does not respond locally, to functions. The stored configuration keeps it, so that plans stay empty. The
function's process receives the local address, which is inserted here when MiniStack acquires a process for an
invocation (``services.lambda_svc.acquire_worker``, pinned). A function signs its requests for the host that it calls,
so its signature is valid for the local one. Other services need no replacement: boto3 uses ``AWS_ENDPOINT_URL``.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator

_ATTEMPTS = 5
_API_URL = re.compile(r"https://(?P<api>[a-z0-9]+)\.appsync-api\.[a-z0-9-]+\.amazonaws\.com/graphql")


class LocalAddresses:
    """Replaces the function by which an invocation acquires its process."""

    def __init__(self, emulator: Emulator) -> None:
        self._appsync: Any = emulator.module_of("appsync")
        self._between(emulator.module_of("lambda"))

    def _between(self, module: Any) -> None:  # noqa: ANN401 - MiniStack's own untyped module
        acquire = module.acquire_worker

        def acquire_with_local_addresses(name: str, config: dict[str, Any], *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
            stored = module._functions.get(name)  # noqa: SLF001
            is_latest = options.get("qualifier", "$LATEST") == "$LATEST" and stored is not None
            for _ in range(_ATTEMPTS):
                # An invocation may have begun before an update of the function; it uses the current settings.
                current = self._localized(stored["config"] if is_latest else config)
                worker, reason = acquire(name, current, *arguments, **options)
                if worker is None or worker.config.get("Environment") == current.get("Environment"):
                    break
                module.invalidate_worker(name, qualifier=options.get("qualifier", "$LATEST"))
            return worker, reason

        module.acquire_worker = acquire_with_local_addresses

    def _localized(self, config: dict[str, Any]) -> dict[str, Any]:
        environment = config.get("Environment") or {}
        variables = environment.get("Variables") or {}
        local = {name: self.local(value) for name, value in variables.items()}
        return config if local == variables else {**config, "Environment": {**environment, "Variables": local}}

    def local(self, value: str) -> str:
        """Return the local address if the value is the URL of a local API, otherwise the value."""
        found = _API_URL.fullmatch(value)
        if found is None or found["api"] not in {api["apiId"] for api in self._appsync._apis.all_values()}:  # noqa: SLF001
            return value
        return f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}/v1/apis/{found['api']}/graphql"
