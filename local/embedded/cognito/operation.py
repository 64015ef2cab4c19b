"""The type of MiniStack's actions, and helpers for their responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from local.embedded.emulator import Response

Request = dict[str, Any]
Operation = Callable[[Request], "Response"]
"""An action of the module: maps the request's JSON to the response."""

TARGET = "AWSCognitoIdentityProviderService."
"""The prefix of the action in ``X-Amz-Target``."""
_CONTENT_TYPE = "application/x-amz-json-1.1"


def answer(content: dict[str, Any]) -> Response:
    """Return a successful response."""
    return 200, {"Content-Type": _CONTENT_TYPE}, json.dumps(content).encode()


def refusal(code: str, message: str) -> Response:
    """Return a response with one of the service's errors."""
    body = json.dumps({"__type": code, "message": message}).encode()
    return 400, {"Content-Type": _CONTENT_TYPE, "x-amzn-errortype": code}, body


def replace(module: ModuleType, name: str, around: Callable[[Any], Any]) -> None:
    """Wrap a function of a module; the module's own calls use the wrapper too."""
    setattr(module, name, around(getattr(module, name)))


def values(attributes: object) -> dict[str, str]:
    """Return the values of a list of ``{"Name": ..., "Value": ...}`` by name; a missing value becomes empty."""
    entries = attributes if isinstance(attributes, list) else []
    return {str(entry["Name"]): str(entry.get("Value") or "") for entry in entries if "Name" in entry}
