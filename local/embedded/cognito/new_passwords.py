"""Attributes in the challenge NEW_PASSWORD_REQUIRED and in its response (RespondToAuthChallenge in the API reference).

MiniStack 1.5.33 requires no attributes, and ignores those of the response. Messages as recorded from AWS: "Invalid
attributes given, name is missing" (aws/aws-sdk-js#1290), "Cannot modify an already provided email"
(aws-samples/aws-saas-factory-bootcamp#67).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.embedded.cognito.operation import Request, answer, refusal, values
from local.embedded.cognito.schema import declared, refused_write

if TYPE_CHECKING:
    from local.embedded.emulator import Response

CHALLENGE = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."

Pool = dict[str, Any]
User = dict[str, Any]


def _required(pool: Pool) -> set[str]:
    return {name for name, attribute in declared(pool).items() if attribute.get("Required")} - {"sub"}


def with_attributes(posed: Response, pool: Pool, user: User) -> Response:
    """Return the challenge with the user's attributes and the names of the required ones without a value."""
    content = json.loads(posed[2])
    given = values(user["Attributes"])
    missing = sorted(name for name in _required(pool) if not given.get(name))
    shown = {name: value for name, value in given.items() if name != "sub"} | dict.fromkeys(missing, "")
    content["ChallengeParameters"] |= {
        "requiredAttributes": json.dumps([f"{_PREFIX}{name}" for name in missing]),
        "userAttributes": json.dumps(shown),
    }
    return answer(content)


def refused_attributes(pool: Pool, user: User, request: Request) -> Response | None:
    """Return the refusal of a response whose attributes are missing or may not be written."""
    given, existing, required = _given(request), values(user["Attributes"]), _required(pool)
    for name in sorted(required & given.keys()):
        if existing.get(name):
            return refusal("NotAuthorizedException", f"Cannot modify an already provided {name}")
    for name in sorted(required):
        if not existing.get(name) and not given.get(name):
            return refusal("InvalidParameterException", f"Invalid attributes given, {name} is missing")
    return refused_write(pool, pool["_clients"][request["ClientId"]], sorted(given))


def store_attributes(user: User, request: Request) -> None:
    """Set the attributes of a response."""
    attributes = values(user["Attributes"]) | _given(request)
    user["Attributes"] = [{"Name": name, "Value": value} for name, value in attributes.items()]


def _given(request: Request) -> dict[str, str]:
    responses = request.get("ChallengeResponses") or {}
    return {name.removeprefix(_PREFIX): str(value) for name, value in responses.items() if name.startswith(_PREFIX)}
