"""Checks that a deployed backend responds, without signing in."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from common.commands import OperationError, RefusedError
from common.json_documents import read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_SECONDS = 10
_ATTEMPTS = 6
_PAUSE = 5.0
_NEEDED = ("GraphQLAPIURL", "Region", "UserPoolId")
_REMEDY = "Write it with `terraform output -json`."


class SmokeError(RefusedError):
    """A check of the backend failed."""


def check_api(url: str) -> str:
    """Check that the API rejects a request without a token.

    Raises:
        SmokeError: the API does not respond, or accepts the request.
    """
    from chat_client import GraphQLClient, TransportError  # noqa: PLC0415 - --help works without packages

    _check_address(url)
    try:
        response = GraphQLClient(url, timeout=_SECONDS).request("{ __typename }")
    except TransportError as error:
        raise SmokeError(f"{error}. Check the address and the network.") from error
    if response.status != 401 or "UnauthorizedException" not in response.error_types:  # noqa: PLR2004 - HTTP
        answer = str(response.body)[:200]
        raise SmokeError(f"{url} must reject requests without a token, but returned {response.status}: {answer}")
    return "the API responds, and rejects requests without a token"


def check_user_pool(url: str) -> str:
    """Check that the user pool publishes its public keys.

    Raises:
        SmokeError: it does not.
    """
    status, body = _request(url)
    keys = _keys(body) if status == 200 else []  # noqa: PLR2004 - HTTP
    if not keys:
        raise SmokeError(f"{url} must have the user pool's public keys, but returned {status}: {body[:200]}")
    return f"the user pool publishes {len(keys)} keys"


def _keys(body: str) -> list[object]:
    try:
        document = json.loads(body)
    except ValueError:
        return []
    keys = document.get("keys") if isinstance(document, dict) else None
    return keys if isinstance(keys, list) else []


def read_outputs(file: Path) -> dict[str, str]:
    """Read a stack's outputs.

    Raises:
        OperationError: the file cannot be read, or an output is missing.
    """
    document = read_object(file, remedy=_REMEDY)
    outputs = {name: output.get("value") for name, output in document.items() if isinstance(output, dict)}
    missing = [name for name in _NEEDED if not isinstance(outputs.get(name), str)]
    if missing:
        raise OperationError(f"{file} cannot be used: the outputs {', '.join(missing)} are missing. {_REMEDY}")
    return {name: value for name, value in outputs.items() if isinstance(value, str)}


def smoke(outputs: Mapping[str, str], cognito: str, *, pause: float = _PAUSE) -> list[str]:
    """Run all checks, retrying failed ones, because a new API takes seconds to become available.

    Args:
        outputs: the stack's outputs.
        cognito: address of Cognito.
        pause: seconds between two attempts.

    Raises:
        SmokeError: a check still fails after all attempts.
    """
    keys = f"{cognito}/{outputs['UserPoolId']}/.well-known/jwks.json"
    return [
        _with_retries(lambda: check_api(outputs["GraphQLAPIURL"]), pause),
        _with_retries(lambda: check_user_pool(keys), pause),
    ]


def _with_retries(check: Callable[[], str], pause: float) -> str:
    for _ in range(_ATTEMPTS - 1):
        try:
            return check()
        except SmokeError:
            time.sleep(pause)
    return check()


def _check_address(url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SmokeError(f"{url} is not a web address (https://...). Check the outputs and --cognito.")


def _request(url: str) -> tuple[int, str]:
    _check_address(url)
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - checked above
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        words = getattr(reason, "strerror", None) or str(reason)
        raise SmokeError(f"{url} does not respond: {words}. Check the address and the network.") from error
