"""Errors of the client: error responses of the backend, and missing responses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


_CLIENT, _TOO_MANY, _SERVER = 400, 429, 500
"""HTTP status codes: the first client error, too many requests, and the first server error."""


class ChatClientError(Exception):
    """Base of all errors of this package."""


class TransportError(ChatClientError, ConnectionError):
    """No response came: the server cannot be reached, or the connection was lost. A retry can succeed.

    It is unknown whether the request was executed. Queries can be repeated, and mutations with the same
    ``clientMessageId``.
    """


@dataclass(frozen=True, slots=True)
class GraphQLError:
    """One entry of ``errors`` in a response."""

    type: str | None
    """``errorType``, for example ``Forbidden``; None if the document does not match the schema."""
    message: str
    path: list[str | int] | None
    info: Any
    """``errorInfo``: data of the error's type, for example ``{"nextSendAt": ...}`` of ``RateLimited``."""
    raw: dict[str, Any]

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> GraphQLError:
        """Read one entry of a response or of a rejected subscription."""
        return cls(raw.get("errorType"), str(raw.get("message", "")), raw.get("path"), raw.get("errorInfo"), raw)

    def __str__(self) -> str:
        """Return for example ``Unauthorized: Not authorized to access ... (path)``."""
        path = "/".join(map(str, self.path or ()))
        return f"{f'{self.type}: ' if self.type else ''}{self.message}{f' ({path})' if path else ''}"


class OperationError(ChatClientError):
    """The response to an operation has errors."""

    def __init__(self, errors: Iterable[GraphQLError], data: Any = None) -> None:  # noqa: ANN401 - any JSON
        self.errors = list(errors)
        self.data = data
        super().__init__("; ".join(map(str, self.errors)))

    @property
    def types(self) -> list[str | None]:
        """The ``errorType`` of every error, in order."""
        return [error.type for error in self.errors]


class SubscriptionError(OperationError):
    """The server rejected a subscription, or ended it with an error. No more events are delivered."""


class SubscriptionEndedError(ChatClientError):
    """The server has ended the subscription, for example because the user is no longer a member of the room."""


class HandshakeError(ChatClientError):
    """The server rejected the connection with ``connection_error``; ``errors`` and ``codes`` have the reason."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(json.dumps(payload))
        self.errors = [GraphQLError.parse(error) for error in payload.get("errors", [])]
        self.codes: list[int | None] = [error.get("errorCode") for error in payload.get("errors", [])]

    @property
    def is_final(self) -> bool:
        """Whether retrying the same request is useless: it is invalid, not just throttled."""
        return any(code is not None and _CLIENT <= code < _SERVER and code != _TOO_MANY for code in self.codes)
