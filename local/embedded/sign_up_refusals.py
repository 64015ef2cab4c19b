"""Cognito's message for a refusal by the PreSignUp trigger; MiniStack 1.5.33 returns the function's whole error.

Cognito's message is "PreSignUp failed with error <message>." Clients display the function's message. Can be removed
when MiniStack returns it.
"""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.embedded.emulator import Emulator, Handler, Response, ServiceCall

_REFUSED = "UserLambdaValidationException"


class SignUpRefusals:
    """Wraps Cognito's handler and replaces error messages of SignUp."""

    def __init__(self, emulator: Emulator) -> None:
        emulator.wrap("cognito-idp", self._handle)

    async def _handle(self, call: ServiceCall, forward: Handler) -> Response:
        answer = await forward(call)
        action = call.action
        return _as_cognito_says(answer) if action == "SignUp" else answer


def _as_cognito_says(answer: Response) -> Response:
    status, headers, body = answer
    content = json.loads(body)
    message = str(content.get("message", ""))
    if not str(content.get("__type", "")).endswith(_REFUSED) or message.startswith(("PreSignUp", "PostConfirmation")):
        return answer
    reason = _reason(message).rstrip(".")
    return status, headers, json.dumps({**content, "message": f"PreSignUp failed with error {reason}."}).encode()


def _reason(message: str) -> str:
    """Return the message of the function's error, which MiniStack formats as Python does."""
    try:
        error = ast.literal_eval(message)
    except (ValueError, SyntaxError):
        return message
    return str(error.get("errorMessage", message)) if isinstance(error, dict) else message
