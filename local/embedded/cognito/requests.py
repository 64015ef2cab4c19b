"""Validates requests to user pools and identity pools before any action processes them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from local.embedded.cognito.characters import wrong_characters
from local.embedded.cognito.operation import TARGET, Request, refusal
from local.embedded.cognito.shapes import WrongKindError, input_shape, wrong_values

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_PREFIXES: Final = {"cognito-idp": TARGET, "cognito-identity": "AWSCognitoIdentityService."}
"""Service -> prefix of the action in ``X-Amz-Target``."""


class RequestChecks:
    """Wraps the handlers of user pools and identity pools, and refuses requests that AWS would refuse."""

    def __init__(self, emulator: Emulator) -> None:
        for service, prefix in _PREFIXES.items():
            emulator.wrap(service, partial(_checked, service, prefix))


async def _checked(service: str, prefix: str, call: ServiceCall, forward: Handler) -> Response:
    target = call.headers.get("x-amz-target", "")
    refused = refused_request(service, target.removeprefix(prefix), call.json) if target.startswith(prefix) else None
    return refused or await forward(call)


def refused_request(service: str, action: str, request: Request | None) -> Response | None:
    """Return the refusal of a request that is not a JSON object or has invalid values; None if it is valid.

    Args:
        service: botocore's name, for example ``cognito-idp``.
        action: for example ``SignUp``.
        request: the body; None if it is not a JSON object.
    """
    if request is None:
        return refusal("SerializationException", "Invalid JSON")
    shape = input_shape(service, action)
    try:
        values = [] if shape is None else wrong_values(request, shape)
    except WrongKindError as error:
        return refusal("SerializationException", str(error))
    problems = [
        f"Value at '{place}' failed to satisfy constraint: {problem}"
        for place, problem in (*values, *wrong_characters(request, shape))
    ]
    if not problems:
        return None
    found = "1 validation error" if len(problems) == 1 else f"{len(problems)} validation errors"
    return refusal("InvalidParameterException", f"{found} detected: {'; '.join(problems)}")
